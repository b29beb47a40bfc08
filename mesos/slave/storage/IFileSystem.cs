namespace Mesos.Slave.Storage;

/// <summary>
/// The file system as the agent's checkpoints need it: the seam behind which tests put a disk that loses power, fills up or breaks.
/// Calls block; only processes that do nothing else make them. Failures are <see cref="IOException"/>s.
/// </summary>
/// <remarks>Nothing is durable before <see cref="Sync"/>: a file's content after that of the file, its name after that of its directory.</remarks>
internal interface IFileSystem
{
    /// <summary>Whether there is a directory, or a link to one.</summary>
    bool DirectoryExists(string path);

    /// <summary>Whether there is a file.</summary>
    bool FileExists(string path);

    /// <summary>The names in a directory, sorted; none where there is no such directory.</summary>
    IReadOnlyList<string> List(string directory);

    /// <summary>The content of a file; null where there is none.</summary>
    byte[]? TryRead(string path);

    /// <summary>What a link points to, whether or not that exists; null where there is no link.</summary>
    string? ReadLink(string path);

    /// <summary>When a file or directory was last changed; null where there is none.</summary>
    DateTimeOffset? ChangedAt(string path);

    /// <summary>Says that a file or directory was changed at a time. Nothing happens where there is none. Never followed through a link.</summary>
    void Touch(string path, DateTimeOffset time);

    /// <summary>How much is used of the disk that a path lies on, from 0 to 1; null where that cannot be told.</summary>
    double? UsedShare(string path);

    /// <summary>Creates one directory, whose parent exists. Nothing happens where it exists.</summary>
    void CreateDirectory(string path, UnixFileMode mode);

    /// <summary>Creates a file, or replaces its content.</summary>
    void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode);

    /// <summary>Adds to a file, which is created if need be. What was written of it when it fails stays.</summary>
    void Append(string path, ReadOnlySpan<byte> content, UnixFileMode mode);

    /// <summary>The length of a file; 0 where there is none.</summary>
    long Length(string path);

    /// <summary>Cuts a file.</summary>
    void Truncate(string path, long length);

    /// <summary>Makes a file's content, or a directory's entries, durable.</summary>
    /// <remarks>
    /// Where that fails, what could not be written is lost although the file may still show it: the next call would report success. As
    /// far as the system allows it is not shown any more then.
    /// </remarks>
    void Sync(string path);

    /// <summary>Whether <see cref="SyncAll"/> can be called, and tells of every error.</summary>
    bool CanSyncAll { get; }

    /// <summary>Which file system a directory lies in; null where that cannot be told.</summary>
    string? DeviceOf(string directory);

    /// <summary>Makes everything durable in the file system that a directory lies in.</summary>
    void SyncAll(string path);

    /// <summary>Renames a file or link; what has the new name is replaced in the same instant.</summary>
    void Rename(string from, string to);

    /// <summary>Creates a link.</summary>
    void CreateLink(string path, string target);

    /// <summary>Deletes a file or link. Nothing happens where there is none.</summary>
    void Delete(string path);

    /// <summary>Deletes a directory and everything in it; links are not followed. Nothing happens where there is none.</summary>
    void DeleteTree(string path);
}
