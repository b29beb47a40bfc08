using Mesos.Slave.Posix;

namespace Mesos.Slave.Storage;

/// <summary>The file system of this machine.</summary>
/// <remarks>Stateless, safe from any thread.</remarks>
internal sealed class DiskFileSystem : IFileSystem
{
    // Before Linux 5.8 it keeps errors of single files to itself.
    private static readonly Version SyncAllTellsErrors = new(5, 8);

    /// <summary>The one there is.</summary>
    public static DiskFileSystem Instance { get; } = new();

    /// <inheritdoc/>
    public bool DirectoryExists(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public bool FileExists(string path) => File.Exists(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory) => Guarded(() => Directory.Exists(directory)
        ? Directory.EnumerateFileSystemEntries(directory).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray()
        : []);

    /// <inheritdoc/>
    public byte[]? TryRead(string path) => Guarded(() =>
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    });

    /// <inheritdoc/>
    public string? ReadLink(string path) => Guarded(() => new FileInfo(path).LinkTarget);

    /// <inheritdoc/>
    public DateTimeOffset? ChangedAt(string path) => Path.Exists(path) ? new DateTimeOffset(File.GetLastWriteTimeUtc(path)) : null;

    /// <inheritdoc/>
    public void Touch(string path, DateTimeOffset time) => Guarded(() =>
    {
        if (new FileInfo(path).LinkTarget is null && Path.Exists(path))
        {
            File.SetLastWriteTimeUtc(path, time.UtcDateTime);
        }

        return true;
    });

    /// <inheritdoc/>
    public double? UsedShare(string path)
    {
        try
        {
            var drive = new DriveInfo(Path.GetFullPath(path));
            return drive.TotalSize > 0 ? 1 - ((double)drive.TotalFreeSpace / drive.TotalSize) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void CreateDirectory(string path, UnixFileMode mode) => Guarded(() =>
        OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, mode));

    /// <inheritdoc/>
    public void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode) => Write(path, FileMode.Create, content, mode);

    /// <inheritdoc/>
    public void Append(string path, ReadOnlySpan<byte> content, UnixFileMode mode) => Write(path, FileMode.Append, content, mode);

    /// <inheritdoc/>
    public long Length(string path) => Guarded(() => new FileInfo(path) is { Exists: true } file ? file.Length : 0);

    /// <inheritdoc/>
    public void Truncate(string path, long length) => Guarded(() =>
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Write);
        file.SetLength(length);
        return length;
    });

    /// <inheritdoc/>
    public bool CanSyncAll => OperatingSystem.IsLinux() && Environment.OSVersion.Version >= SyncAllTellsErrors;

    /// <inheritdoc/>
    public string? DeviceOf(string directory) => OperatingSystem.IsLinux() ? LinuxDurability.DeviceOf(directory) : null;

    /// <inheritdoc/>
    public void Sync(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxDurability.Sync(path);
        }
        else if (!Directory.Exists(path))
        {
            Guarded(() =>
            {
                using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                RandomAccess.FlushToDisk(file);
                return true;
            });
        }
        else if (!OperatingSystem.IsWindows())
        {
            PosixCalls.WithDescriptor(path, static (file, path) => PosixCalls.Check(LibC.Sync(file), path));
        }
    }

    /// <inheritdoc/>
    public void SyncAll(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            LinuxDurability.SyncAll(path);
        }
        else
        {
            throw new PlatformNotSupportedException();
        }
    }

    /// <inheritdoc/>
    public void Rename(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            Guarded(() =>
            {
                File.Move(from, to, overwrite: true);
                return true;
            });
        }
        else
        {
            PosixCalls.Check(LibC.Rename(from, to), to);
        }
    }

    /// <inheritdoc/>
    public void CreateLink(string path, string target) => Guarded(() => Directory.CreateSymbolicLink(path, target));

    /// <inheritdoc/>
    public void Delete(string path) => Guarded(() =>
    {
        // A link is deleted as a file is, whatever it points to.
        if (File.Exists(path) || new FileInfo(path).LinkTarget is not null)
        {
            File.Delete(path);
        }

        return true;
    });

    /// <inheritdoc/>
    public void DeleteTree(string path) => Guarded(() =>
    {
        if (TreeRemoval.IsPossible)
        {
            TreeRemoval.Delete(path);
            return true;
        }

        if (new FileInfo(path).LinkTarget is not null || !Directory.Exists(path))
        {
            return true;
        }

        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException && !OperatingSystem.IsWindows())
        {
            // A task may have shut its directories even to their owner.
            Open(new DirectoryInfo(path));
            Directory.Delete(path, recursive: true);
        }

        return true;
    });

    private static void Open(DirectoryInfo directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            directory.UnixFileMode |= UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            foreach (DirectoryInfo child in directory.EnumerateDirectories().Where(static child => child.LinkTarget is null))
            {
                Open(child);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It belongs to somebody else, and stays shut.
        }
    }

    private static void Write(string path, FileMode how, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = how,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        try
        {
            using FileStream file = new(path, options);
            file.Write(content);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    private static T Guarded<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }
}
