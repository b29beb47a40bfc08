using System.Runtime.InteropServices;
using Mesos.Slave.Posix;

namespace Mesos.Slave.Storage;

/// <summary>Calls of the C library on files, with <see cref="IOException"/>s where they fail.</summary>
internal static class PosixCalls
{
    /// <summary>Opens a file or directory for a call that needs it open.</summary>
    public static void WithDescriptor(string path, Action<int, string> call)
    {
        int descriptor = LibC.Open(path, 0);
        Check(descriptor, path);
        try
        {
            call(descriptor, path);
        }
        finally
        {
            _ = LibC.Close(descriptor);
        }
    }

    public static void Check(int result, string path)
    {
        if (result < 0)
        {
            throw DiskErrors.Create(Marshal.GetLastPInvokeError(), path);
        }
    }
}
