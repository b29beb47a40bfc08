namespace Mesos.Master.Registrar.Storage;

/// <summary>
/// A registry on a disk: one file to which every store adds a snapshot, and which is written anew when it has grown. A store
/// returns after its snapshot is durable. After a store that failed nothing more is stored: what the disk holds is not known then.
/// </summary>
internal sealed class RegistryLog(IRegistryDirectory directory, int growth = RegistryLog.DefaultGrowth) : IDisposable
{
    /// <summary>The file.</summary>
    public const string FileName = "registry.log";

    /// <summary>The file while it is written anew.</summary>
    public const string NewFileName = "registry.log.new";

    /// <summary>Says that there was a registry, so that one that is missing is noticed.</summary>
    public const string MarkerName = "registry.stored";

    /// <summary>The file is written anew when it is larger than this and than four times its newest snapshot.</summary>
    public const int DefaultGrowth = 4 * 1024 * 1024;

    private IRegistryAppender? file;
    private ulong sequence;
    private long size;
    private bool marked;
    private bool failed;

    /// <summary>Reads the registry. Once, before the first store.</summary>
    /// <exception cref="IOException">It cannot be read or is damaged; the message says what to do.</exception>
    public RecoveredRegistry Open()
    {
        marked = directory.Read(MarkerName) is not null;
        if (directory.Read(FileName) is not { } bytes)
        {
            return marked
                ? throw new IOException(
                    $"The registry {At(FileName)} is missing although it was stored; restore it, or remove {At(MarkerName)} to begin with an empty one")
                : default;
        }

        try
        {
            RecoveredRegistry recovered = RegistryFile.Read(bytes);
            sequence = recovered.Sequence;
            return recovered;
        }
        catch (InvalidDataException exception)
        {
            throw new IOException(
                $"The registry {At(FileName)} cannot be used: {exception.Message}; restore it from a copy, or move it and {At(MarkerName)} away"
                + " to begin with an empty one",
                exception);
        }
    }

    /// <summary>Stores a registry durably.</summary>
    /// <exception cref="IOException">It may or may not be stored.</exception>
    public void Store(byte[] registry)
    {
        if (failed)
        {
            throw new IOException($"The registry in {directory.Path} is not written any more, because an earlier store failed");
        }

        failed = true;
        var snapshot = new RegistryRecord(RecordKind.Snapshot, ++sequence, registry);
        byte[] bytes = snapshot.Encode();
        if (file is null || size + bytes.Length > Math.Max(growth, 4L * bytes.Length))
        {
            Rewrite(bytes);
        }
        else
        {
            Append(bytes);
            file.Sync();
        }

        // From here on a snapshot that cannot be read is a loss, not an interrupted store.
        Append((snapshot with { Kind = RecordKind.Seal, Content = default }).Encode());
        failed = false;
    }

    public void Dispose()
    {
        file?.Dispose();
        directory.Dispose();
    }

    /// <summary>The old file stays until the new one is durable; whatever is torn in it goes with it.</summary>
    private void Rewrite(byte[] snapshot)
    {
        file?.Dispose();
        file = directory.Create(NewFileName);
        size = 0;
        Append(snapshot);
        file.Sync();
        directory.Rename(NewFileName, FileName);
        directory.Sync();
        if (!marked)
        {
            using IRegistryAppender marker = directory.Create(MarkerName);
            marker.Sync();
            directory.Sync();
            marked = true;
        }
    }

    private void Append(byte[] bytes)
    {
        file!.Append(bytes);
        size += bytes.Length;
    }

    private string At(string name) => Path.Combine(directory.Path, name);
}
