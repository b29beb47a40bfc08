using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Mesos.Master.Registrar.Storage;

/// <summary>Makes the names in a directory durable, which .NET has no call for.</summary>
internal static partial class DirectorySync
{
    private const int OpenReadOnly = 0;

    /// <exception cref="IOException">The system call failed.</exception>
    public static void Sync(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // Names are journaled there, and directories cannot be flushed.
        }

        int descriptor = Open(path, OpenReadOnly | CloseOnExec);
        if (descriptor < 0)
        {
            throw Failed(path);
        }

        try
        {
            if (FSync(descriptor) != 0)
            {
                throw Failed(path);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    private static IOException Failed(string path) =>
        new($"Failed to sync the directory {path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
