using Mesos.Master.Registrar.Storage;

namespace Mesos.Master.Tests.Registrar;

/// <summary>What is left of writes that were not synced when the power fails.</summary>
public enum PowerLoss
{
    /// <summary>Nothing of them.</summary>
    LosesUnsynced,

    /// <summary>All of them.</summary>
    KeepsUnsynced,

    /// <summary>The first half of their bytes.</summary>
    TearsUnsynced,

    /// <summary>Their length, but zeros in place of the last bytes.</summary>
    ZerosLastPage,
}

/// <summary>A directory that keeps apart what is durable and what would be lost, and fails when it is told to.</summary>
internal sealed class UnreliableDisk : IRegistryDirectory
{
    private const int Page = 16;

    private readonly Dictionary<string, File> names = [];
    private Dictionary<string, File> durableNames = [];

    public string Path => "/disk";

    /// <summary>How many operations are still performed; later ones fail as if the power were gone.</summary>
    public int OperationsLeft { get; set; } = int.MaxValue;

    /// <summary>For operations from here on: what they fail with.</summary>
    public IOException? Failure { get; set; }

    /// <summary>A disk that says yes to every sync and does nothing.</summary>
    public bool Lies { get; set; }

    public int Operations { get; private set; }

    public int SizeOf(string name) => names[name].Content.Count;

    /// <summary>The disk after the power came back.</summary>
    public UnreliableDisk Restart(PowerLoss loss, bool keepsNames)
    {
        var restarted = new UnreliableDisk();
        foreach ((string name, File file) in keepsNames ? names : durableNames)
        {
            restarted.names[name] = new File(restarted, file.AfterLoss(loss));
        }

        restarted.durableNames = new(restarted.names);
        return restarted;
    }

    public void Damage(string name, int position, byte mask) => names[name].Content[position] ^= mask;

    public void Forget(string name) => names.Remove(name);

    public byte[]? Read(string name)
    {
        Operate();
        return names.TryGetValue(name, out File? file) ? [.. file.Content] : null;
    }

    public IRegistryAppender Create(string name)
    {
        Operate();
        return names[name] = new File(this, []);
    }

    public void Rename(string from, string to)
    {
        Operate();
        names.Remove(from, out File? file);
        names[to] = file!;
    }

    public void Sync()
    {
        Operate();
        if (!Lies)
        {
            durableNames = new(names);
        }
    }

    public void Dispose()
    {
    }

    private void Operate()
    {
        if (Failure is { } failure)
        {
            throw failure;
        }

        if (OperationsLeft-- <= 0)
        {
            throw new IOException("the power is gone");
        }

        Operations++;
    }

    private sealed class File(UnreliableDisk disk, byte[] content) : IRegistryAppender
    {
        private int synced = content.Length;

        public List<byte> Content { get; } = [.. content];

        public byte[] AfterLoss(PowerLoss loss) => loss switch
        {
            PowerLoss.LosesUnsynced => [.. Content.Take(synced)],
            PowerLoss.TearsUnsynced => [.. Content.Take(synced + ((Content.Count - synced) / 2))],
            PowerLoss.ZerosLastPage when Content.Count > synced =>
                [.. Content.Take(Math.Max(synced, Content.Count - Page)), .. new byte[Math.Min(Page, Content.Count - synced)]],
            _ => [.. Content],
        };

        public void Append(ReadOnlySpan<byte> bytes)
        {
            if (disk.OperationsLeft == 0 || disk.Failure is not null)
            {
                // A write that fails may have written something.
                Content.AddRange(bytes[..(bytes.Length / 3)]);
            }

            disk.Operate();
            Content.AddRange(bytes);
        }

        public void Sync()
        {
            disk.Operate();
            if (!disk.Lies)
            {
                synced = Content.Count;
            }
        }

        public void Dispose()
        {
        }
    }
}
