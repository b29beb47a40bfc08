using System.Globalization;
using Mesos.Slave.Posix;

namespace Mesos.Slave.Storage;

/// <summary>What Linux offers to make files durable.</summary>
internal static unsafe class LinuxDurability
{
    private const int DoNotNeed = 4;

    /// <summary>Makes a file's content, or a directory's entries, durable.</summary>
    /// <remarks>.NET's own call takes it for success where the file system has become read-only, as it does after errors.</remarks>
    public static void Sync(string path) => PosixCalls.WithDescriptor(path, static (file, path) =>
    {
        try
        {
            PosixCalls.Check(LibC.Sync(file), path);
        }
        catch (IOException)
        {
            // The cache goes on showing what was not written, as if all were well. Whoever reads next is to see what the disk has.
            _ = LibC.Advise(file, 0, 0, DoNotNeed);
            throw;
        }
    });

    /// <summary>Makes everything durable in the file system that a directory lies in.</summary>
    public static void SyncAll(string directory) => PosixCalls.WithDescriptor(directory, static (file, path) =>
    {
        PosixCalls.Check(LibC.SyncFileSystem(file), path);

        // The first call is silent about a journal that has stopped, on Linux before 5.17.
        PosixCalls.Check(LibC.Sync(file), path);
    });

    /// <summary>Which file system a directory lies in; null where that cannot be told.</summary>
    public static string? DeviceOf(string directory)
    {
        LibC.FileDescription description;
        try
        {
            return LibC.Describe(LibC.CurrentDirectory, directory, 0, 0, &description) == 0
                ? string.Create(CultureInfo.InvariantCulture, $"{description.DeviceMajor}:{description.DeviceMinor}")
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }
}
