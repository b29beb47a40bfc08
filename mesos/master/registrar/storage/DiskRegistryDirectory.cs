namespace Mesos.Master.Registrar.Storage;

/// <summary>A directory on a real disk, held by one master at a time.</summary>
internal sealed class DiskRegistryDirectory : IRegistryDirectory
{
    private const string LockName = "lock";

    private readonly FileStream held;

    /// <summary>Makes the directory where it is missing, and takes hold of it.</summary>
    /// <exception cref="IOException">It cannot be made or used, or another master uses it.</exception>
    public DiskRegistryDirectory(string path)
    {
        Path = path;
        held = Guard(() =>
        {
            Make(System.IO.Path.GetFullPath(path));
            try
            {
                return new FileStream(At(LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (File.Exists(At(LockName)))
            {
                throw new IOException($"The registry in {path} cannot be used; another master seems to use it: {exception.Message}", exception);
            }
        });
    }

    public string Path { get; }

    public byte[]? Read(string name) => Guard(() =>
    {
        try
        {
            return File.ReadAllBytes(At(name));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    });

    public IRegistryAppender Create(string name) => Guard(() => new Appender(At(name)));

    public void Rename(string from, string to) => Guard(() =>
    {
        File.Move(At(from), At(to), overwrite: true);
        return true;
    });

    public void Sync() => DirectorySync.Sync(Path);

    public void Dispose() => held.Dispose();

    /// <summary>Makes a directory with those above it that are missing, and their names durable.</summary>
    private static void Make(string path)
    {
        if (!Directory.Exists(path) && System.IO.Path.GetDirectoryName(path) is { } parent)
        {
            Make(parent);
            Directory.CreateDirectory(path);
            DirectorySync.Sync(parent);
        }
    }

    private string At(string name) => System.IO.Path.Combine(Path, name);

    private static T Guard<T>(Func<T> access)
    {
        try
        {
            return access();
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }

    private sealed class Appender(string path) : IRegistryAppender
    {
        // Readers and a rename are welcome, also where open files are locked.
        private readonly FileStream stream = new(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0,
        });

        public void Append(ReadOnlySpan<byte> bytes) => stream.Write(bytes);

        public void Sync() => stream.Flush(flushToDisk: true);

        public void Dispose() => stream.Dispose();
    }
}
