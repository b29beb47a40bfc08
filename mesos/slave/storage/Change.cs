namespace Mesos.Slave.Storage;

/// <summary>One change of files. Several that belong together are committed together.</summary>
internal abstract record Change(string Path)
{
    /// <summary>Files of checkpoints that are replaced as a whole.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Files of checkpoints that grow.</summary>
    public const UnixFileMode Readable = Private | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Directories on the way.</summary>
    public const UnixFileMode Passage =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute |
        UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Directories of runs, closed to others.</summary>
    public const UnixFileMode Closed =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <summary>A directory; those above it are made as well.</summary>
    internal sealed record MakeDirectory(string Path, UnixFileMode Mode) : Change(Path);

    /// <summary>A file whose old content stays until the new one is safe.</summary>
    /// <param name="Path">The file.</param>
    /// <param name="Content">The new content.</param>
    /// <param name="InDirectory">Whether nothing happens where its directory is gone: what waits for space may come too late.</param>
    internal sealed record Replace(string Path, byte[] Content, bool InDirectory = false) : Change(Path);

    /// <summary>More at the end of a file.</summary>
    internal sealed record Append(string Path, byte[] Content) : Change(Path);

    /// <summary>A link; an old one is replaced in one instant.</summary>
    internal sealed record PointLink(string Path, string Target) : Change(Path);

    /// <summary>No file, or link, any more.</summary>
    internal sealed record Remove(string Path) : Change(Path);

    /// <summary>No directory, or one that is empty, any more; links in it are not followed.</summary>
    /// <param name="Path">The directory.</param>
    /// <param name="KeepRoot">Whether the directory itself stays.</param>
    internal sealed record RemoveTree(string Path, bool KeepRoot = false) : Change(Path);

    /// <summary>A file without what a crash tore at its end.</summary>
    internal sealed record Cut(string Path, long Length) : Change(Path);
}
