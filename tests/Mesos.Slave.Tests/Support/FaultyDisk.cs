using Mesos.Slave.Storage;

namespace Mesos.Slave.Tests.Support;

/// <summary>The disk of this machine, full or broken where a test wants it to be.</summary>
internal sealed class FaultyDisk : IFileSystem
{
    private static readonly DiskFileSystem Inner = DiskFileSystem.Instance;
    private volatile bool full;
    private volatile Func<string, string, Exception?>? fault;

    /// <summary>Whether nothing new can be put on it.</summary>
    public bool IsFull
    {
        get => full;
        set => full = value;
    }

    /// <summary>What goes wrong with a call and a path; null where it goes well.</summary>
    public Func<string, string, Exception?>? Fault
    {
        get => fault;
        set => fault = value;
    }

    public bool DirectoryExists(string path) => Inner.DirectoryExists(path);

    public bool FileExists(string path) => Inner.FileExists(path);

    public IReadOnlyList<string> List(string directory) => Do("list", directory, () => Inner.List(directory));

    public byte[]? TryRead(string path) => Do("read", path, () => Inner.TryRead(path));

    public string? ReadLink(string path) => Inner.ReadLink(path);

    public DateTimeOffset? ChangedAt(string path) => Inner.ChangedAt(path);

    public void Touch(string path, DateTimeOffset time) => Inner.Touch(path, time);

    public bool CanSyncAll => Inner.CanSyncAll;

    public string? DeviceOf(string directory) => Inner.DeviceOf(directory);

    public double? UsedShare(string path) => full ? 1 : 0;

    public void CreateDirectory(string path, UnixFileMode mode) => Do("mkdir", path, () => Inner.CreateDirectory(path, mode), needsSpace: true);

    public void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        byte[] copy = content.ToArray();
        Do("write", path, () => Inner.Write(path, copy, mode), needsSpace: true);
    }

    public void Append(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        byte[] copy = content.ToArray();
        Do("append", path, () => Inner.Append(path, copy, mode), needsSpace: true);
    }

    public long Length(string path) => Inner.Length(path);

    public void Truncate(string path, long length) => Do("truncate", path, () => Inner.Truncate(path, length));

    public void Sync(string path) => Do("sync", path, () => Inner.Sync(path));

    public void SyncAll(string path) => Do("sync", path, () => Inner.SyncAll(path));

    public void Rename(string from, string to) => Do("rename", from, () => Inner.Rename(from, to));

    public void CreateLink(string path, string target) => Do("link", path, () => Inner.CreateLink(path, target), needsSpace: true);

    public void Delete(string path) => Do("delete", path, () => Inner.Delete(path));

    public void DeleteTree(string path) => Do("rmtree", path, () => Inner.DeleteTree(path));

    private void Do(string what, string path, Action action, bool needsSpace = false) => Do(
        what,
        path,
        () =>
        {
            action();
            return true;
        },
        needsSpace);

    private T Do<T>(string what, string path, Func<T> action, bool needsSpace = false)
    {
        if (fault?.Invoke(what, path) is { } error)
        {
            throw error;
        }

        return needsSpace && full ? throw DiskErrors.Create(DiskErrors.NoSpace, path) : action();
    }
}
