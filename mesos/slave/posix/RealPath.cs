using System.Runtime.InteropServices;

namespace Mesos.Slave.Posix;

/// <summary>The one spelling of a path that has many.</summary>
internal static unsafe class RealPath
{
    /// <summary>The path without links; where nothing is there, without dots and the like alone.</summary>
    public static string Of(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (OperatingSystem.IsWindows())
        {
            return full;
        }

        byte* real = LibC.FindRealPath(full, null);
        if (real is null)
        {
            return full;
        }

        try
        {
            return Marshal.PtrToStringUTF8((nint)real) ?? full;
        }
        finally
        {
            LibC.Free(real);
        }
    }
}
