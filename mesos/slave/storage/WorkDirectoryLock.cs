using System.Runtime.InteropServices;
using Mesos.Slave.Posix;
using Microsoft.Win32.SafeHandles;

namespace Mesos.Slave.Storage;

/// <summary>Keeps other agents out of a work directory as long as one lives there, however that ends.</summary>
/// <remarks>
/// A lock of the system on the directory itself: it needs no file, so it is there on a full disk and nothing is in the way of the
/// original; it ends with the program that holds it, also where that is killed; containers do not inherit it.
/// </remarks>
internal sealed class WorkDirectoryLock : IDisposable
{
    private readonly IDisposable handle;

    private WorkDirectoryLock(IDisposable handle) => this.handle = handle;

    /// <summary>Takes the lock of a directory that exists; null where another agent holds it.</summary>
    /// <exception cref="IOException">The file system of the directory knows no locks.</exception>
    public static WorkDirectoryLock? TryTake(string directory) => OperatingSystem.IsWindows() ? TryTakeFile(directory) : TryTakeDirectory(directory);

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    private static WorkDirectoryLock? TryTakeDirectory(string directory)
    {
        int opened = LibC.Open(directory, LibC.CloseOnExec);
        if (opened < 0)
        {
            throw DiskErrors.Create(Marshal.GetLastPInvokeError(), directory);
        }

        SafeFileHandle descriptor = new(opened, ownsHandle: true);
        if (LibC.Lock(opened, LibC.LockExclusive | LibC.LockWithoutWaiting) == 0)
        {
            return new WorkDirectoryLock(descriptor);
        }

        int error = Marshal.GetLastPInvokeError();
        descriptor.Dispose();
        return error == LibC.WouldBlock ? null : throw DiskErrors.Create(error, directory);
    }

    private static WorkDirectoryLock? TryTakeFile(string directory)
    {
        const int SharingViolation = unchecked((int)0x80070020);
        try
        {
            return new WorkDirectoryLock(new FileStream(
                Path.Combine(directory, "agent.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose));
        }
        catch (IOException exception) when (exception.HResult == SharingViolation)
        {
            return null;
        }
    }
}
