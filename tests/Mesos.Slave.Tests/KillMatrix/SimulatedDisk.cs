using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests.KillMatrix;

/// <summary>
/// A disk in memory that knows what is durable: it can stop at any step, lose power, fill up or break. Steps are the calls that
/// change something or make it durable.
/// </summary>
internal sealed class SimulatedDisk : IFileSystem
{
    private readonly Lock gate = new();
    private readonly DiskEntry root;

    public SimulatedDisk()
        : this(DiskEntry.NewDirectory())
    {
    }

    private SimulatedDisk(DiskEntry root) => this.root = root;

    /// <summary>What happened, in order.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>Called at this step, counted from 1; 0 for never.</summary>
    public int StopAt { get; set; }

    /// <summary>Called once at <see cref="StopAt"/>.</summary>
    public Action? Stop { get; set; }

    /// <summary>Whether the disk does nothing any more from <see cref="StopAt"/> on.</summary>
    public bool DiesThere { get; set; } = true;

    /// <summary>What goes wrong at a step; null where it goes well.</summary>
    public Func<int, string, IOException?>? Fault { get; set; }

    /// <summary>Whether a write that goes wrong leaves half of what was to be written.</summary>
    public bool WritesHalf { get; set; }

    /// <summary>The file system that a path lies in.</summary>
    public Func<string, string> Mount { get; init; } = static _ => "/";

    /// <summary>A disk that says that things are durable and lies.</summary>
    public bool IgnoresSync { get; set; }

    public bool Dead { get; private set; }

    public int Syncs { get; private set; }

    public bool CanSyncAll { get; init; } = true;

    public string? DeviceOf(string directory) => Mount(directory);

    public bool DirectoryExists(string path) => Locked(() => Resolve(path) is { IsDirectory: true });

    public bool FileExists(string path) => Locked(() => Resolve(path) is { IsDirectory: false, Target: null });

    public IReadOnlyList<string> List(string directory) => Locked<IReadOnlyList<string>>(() =>
        Resolve(directory) is { IsDirectory: true } found ? [.. found.Entries.Keys.Order(StringComparer.Ordinal)] : []);

    public byte[]? TryRead(string path) => Locked(() => Resolve(path) is { IsDirectory: false, Target: null } found ? found.Content : null);

    public string? ReadLink(string path) => Locked(() => Resolve(path)?.Target);

    public DateTimeOffset? ChangedAt(string path) => null;

    public void Touch(string path, DateTimeOffset time)
    {
    }

    /// <summary>How full the disk is.</summary>
    public double? Used { get; set; } = 0;

    public double? UsedShare(string path) => Used;

    public void CreateDirectory(string path, UnixFileMode mode) => Step("mkdir", path, () => Parent(path).Entries.TryAdd(Path.GetFileName(path), DiskEntry.NewDirectory()));

    public void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        byte[] copy = content.ToArray();
        Step("write", path, () => Write(path, copy), () => Write(path, copy[..(copy.Length / 2)]));
    }

    public void Append(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        byte[] copy = content.ToArray();
        Step("append", path, () => Append(path, copy), () => Append(path, copy[..(copy.Length / 2)]));
    }

    public long Length(string path) => Locked(() => Resolve(path)?.Content.Length ?? 0);

    public void Truncate(string path, long length) => Step("truncate", path, () =>
    {
        DiskEntry file = Resolve(path) ?? throw new IOException("no such file " + path);
        file.Content = file.Content[..(int)length];
    });

    public void Sync(string path) => Step(
        "sync",
        path,
        () =>
        {
            Syncs++;
            if (!IgnoresSync)
            {
                (Resolve(path) ?? throw new IOException("no such file " + path)).MakeDurable();
            }
        },
        () => Resolve(path)?.Forget());

    public void SyncAll(string path) => Step("syncfs", path, () =>
    {
        Syncs++;
        if (!IgnoresSync)
        {
            MakeAllDurable(root, "/", Mount(path));
        }
    });

    public void Rename(string from, string to) => Step("rename", to, () =>
    {
        if (!Parent(from).Entries.Remove(Path.GetFileName(from), out DiskEntry? entry))
        {
            throw new IOException("no such file " + from);
        }

        Parent(to).Entries[Path.GetFileName(to)] = entry;
    });

    public void CreateLink(string path, string target) => Step("link", path, () =>
    {
        if (!Parent(path).Entries.TryAdd(Path.GetFileName(path), new DiskEntry { Target = target }))
        {
            throw new IOException("exists " + path);
        }
    });

    public void Delete(string path)
    {
        if (Locked(() => Resolve(path) is { IsDirectory: false }))
        {
            Step("delete", path, () => Parent(path).Entries.Remove(Path.GetFileName(path)));
        }
    }

    public void DeleteTree(string path)
    {
        if (DirectoryExists(path))
        {
            Step("rmtree", path, () => Parent(path).Entries.Remove(Path.GetFileName(path)));
        }
    }

    /// <summary>From now on nothing is written: whoever wrote has been killed.</summary>
    public void Die()
    {
        lock (gate)
        {
            Dead = true;
        }
    }

    /// <summary>A directory that is there before anything begins, and is no step.</summary>
    public void MakeRoot(string path)
    {
        lock (gate)
        {
            root.AddDurable(Path.GetFileName(path), DiskEntry.NewDirectory());
        }
    }

    /// <summary>Somebody else writes a file, durably, which is no step. Nothing happens where the directory is not there.</summary>
    public void Plant(string path)
    {
        lock (gate)
        {
            Resolve(Path.GetDirectoryName(path)!)?.AddDurable(Path.GetFileName(path), new DiskEntry());
        }
    }

    /// <summary>What the next agent finds where only the last one was killed: everything it ever wrote, durable or not.</summary>
    public SimulatedDisk AfterKill()
    {
        lock (gate)
        {
            return new SimulatedDisk(root.Copy()) { IgnoresSync = IgnoresSync, WritesHalf = WritesHalf, Mount = Mount };
        }
    }

    /// <summary>What is found after a power cut: what was durable, and of the rest this and that, torn where it happened to be torn.</summary>
    public SimulatedDisk AfterPowerCut(Random random)
    {
        lock (gate)
        {
            return new SimulatedDisk(root.CopyAfterPowerCut(random)) { IgnoresSync = IgnoresSync, WritesHalf = WritesHalf, Mount = Mount };
        }
    }

    private void Step(string what, string path, Action change, Action? whereItFails = null)
    {
        Action? stop = null;
        try
        {
            lock (gate)
            {
                if (Dead)
                {
                    throw new IOException("The disk has gone");
                }

                Steps.Add($"{what} {path}");
                if (Steps.Count == StopAt)
                {
                    stop = Stop;
                    if (DiesThere)
                    {
                        Dead = true;
                        throw new IOException("The disk has gone");
                    }
                }

                if (Fault?.Invoke(Steps.Count, what) is { } error)
                {
                    if (WritesHalf || what == "sync")
                    {
                        whereItFails?.Invoke();
                    }

                    throw error;
                }

                change();
            }
        }
        finally
        {
            stop?.Invoke();
        }
    }

    private void Write(string path, byte[] content) => Parent(path).Entries[Path.GetFileName(path)] = new DiskEntry { Content = content };

    private void Append(string path, byte[] content)
    {
        DiskEntry directory = Parent(path);
        if (!directory.Entries.TryGetValue(Path.GetFileName(path), out DiskEntry? file))
        {
            directory.Entries[Path.GetFileName(path)] = file = new DiskEntry();
        }

        file.Content = [.. file.Content, .. content];
    }

    private void MakeAllDurable(DiskEntry entry, string path, string mount)
    {
        if (Mount(path) == mount)
        {
            entry.MakeDurable();
        }

        foreach ((string name, DiskEntry child) in entry.Entries)
        {
            MakeAllDurable(child, Path.Combine(path, name), mount);
        }
    }

    private T Locked<T>(Func<T> look)
    {
        lock (gate)
        {
            return look();
        }
    }

    private DiskEntry Parent(string path) => Resolve(Path.GetDirectoryName(path)!) is { IsDirectory: true } found ? found : throw new IOException("no such directory for " + path);

    private DiskEntry? Resolve(string path)
    {
        DiskEntry? entry = root;
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry is not { IsDirectory: true } || !entry.Entries.TryGetValue(part, out entry))
            {
                return null;
            }
        }

        return entry;
    }
}
