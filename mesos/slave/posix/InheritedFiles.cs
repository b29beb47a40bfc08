using System.Globalization;

namespace Mesos.Slave.Posix;

/// <summary>Files that were open when this program was started, such as the lock of <c>flock</c>. Linux and macOS.</summary>
internal static class InheritedFiles
{
    private const int LastStandardStream = 2;

    /// <summary>Keeps all but the standard streams from what this program starts: executors outlive the agent, and would hold its lock.</summary>
    public static void KeepFromChildren()
    {
        string directory = OperatingSystem.IsMacOS() ? "/dev/fd" : "/proc/self/fd";
        if (OperatingSystem.IsWindows() || !Directory.Exists(directory))
        {
            return;
        }

        foreach (string entry in Directory.GetFileSystemEntries(directory))
        {
            if (int.TryParse(Path.GetFileName(entry), NumberStyles.None, CultureInfo.InvariantCulture, out int file) && file > LastStandardStream)
            {
                LibC.CloseWithStart(file);
            }
        }
    }
}
