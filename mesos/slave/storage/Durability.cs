namespace Mesos.Slave.Storage;

/// <summary>Makes durable what was written, with as few waits for the disk as possible, and remembers what is owed.</summary>
/// <remarks>
/// An error is reported once: the next wait would succeed although what came before is lost. So nothing is promised after the first.
/// </remarks>
internal sealed class Durability(IFileSystem files, Action synced)
{
    /// <summary>Of more files than so many the whole file system is made durable in one go.</summary>
    public const int ManyFiles = 8;

    // Directories with names that were made, whether or not whoever asked for them succeeded, and that a power cut may still undo.
    private readonly HashSet<string> owed = new(StringComparer.Ordinal);

    /// <summary>Why nothing can be promised any more, or null.</summary>
    public IOException? Lost { get; private set; }

    /// <summary>What was half done could not be undone: it must not be built upon.</summary>
    public void Lose(IOException exception) => Lost ??= exception;

    /// <summary>A name in a directory has changed.</summary>
    public void Owe(string directory) => owed.Add(directory);

    /// <summary>The directories above a path whose names are not durable yet, itself included.</summary>
    public IEnumerable<string> OwedAbove(string path)
    {
        for (string? above = path; owed.Count > 0 && above is not null; above = Path.GetDirectoryName(above))
        {
            if (owed.Contains(above))
            {
                yield return above;
            }
        }
    }

    /// <summary>Makes the contents of files durable.</summary>
    public void SyncContents(IEnumerable<string> paths) => Sync([.. paths], static path => Path.GetDirectoryName(path)!);

    /// <summary>Makes the names in directories durable. One that is gone has none.</summary>
    public void SyncNames(IEnumerable<string> directories)
    {
        string[] there = [.. directories.Where(files.DirectoryExists)];
        Sync(there, static path => path);
        if (Lost is null)
        {
            owed.ExceptWith(there);
        }
    }

    /// <summary>Makes durable what an earlier run may have left to the system to write.</summary>
    /// <exception cref="IOException">Some of it may be lost.</exception>
    public void Settle(string tree, IReadOnlyList<string> others)
    {
        string[] there = [.. others.Append(tree).Where(files.DirectoryExists)];
        if (files.CanSyncAll)
        {
            foreach (string directory in there.DistinctBy(directory => files.DeviceOf(directory) ?? directory))
            {
                SyncAll(directory, () => SyncTree(tree));
            }
        }
        else
        {
            SyncTree(tree);
            Array.ForEach(there, SyncOne);
        }

        if (Lost is { } lost)
        {
            throw lost;
        }
    }

    private void Sync(string[] paths, Func<string, string> directoryOf)
    {
        if (paths.Length <= ManyFiles || !files.CanSyncAll)
        {
            Array.ForEach(paths, SyncOne);
            return;
        }

        foreach (IGrouping<string, string> device in paths.GroupBy(path => files.DeviceOf(directoryOf(path)) ?? ""))
        {
            if (device.Key.Length > 0 && device.Count() > ManyFiles)
            {
                SyncAll(directoryOf(device.First()), () => Array.ForEach([.. device], SyncOne));
            }
            else
            {
                Array.ForEach([.. device], SyncOne);
            }
        }
    }

    // Also after an error: each file that lost something is to say so, and not to be shown as written any more.
    private void SyncOne(string path) => Guard(() =>
    {
        synced();
        files.Sync(path);
    });

    private void SyncAll(string directory, Action oneByOne)
    {
        Guard(() =>
        {
            synced();
            files.SyncAll(directory);
        });
        if (Lost is not null)
        {
            // It does not say which file has lost something.
            oneByOne();
        }
    }

    private void SyncTree(string directory)
    {
        if (!files.DirectoryExists(directory))
        {
            return;
        }

        foreach (string path in files.List(directory).Select(name => Path.Combine(directory, name)).Where(path => files.ReadLink(path) is null))
        {
            if (files.DirectoryExists(path))
            {
                SyncTree(path);
            }
            else if (files.FileExists(path))
            {
                SyncOne(path);
            }
        }

        SyncOne(directory);
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (IOException exception)
        {
            // Not as an error that passes, such as a lack of space: what is lost stays lost.
            Lost ??= new IOException("Cannot make it durable: " + exception.Message, exception);
        }
    }
}
