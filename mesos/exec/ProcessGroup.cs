using System.Runtime.InteropServices;

namespace Mesos.Exec;

/// <summary>The operating system processes that came from this program and did not leave its group.</summary>
internal static partial class ProcessGroup
{
    private const int SigKill = 9;

    /// <summary>Ends them all, this program included. Where there are no groups, as on Windows, ends this program alone.</summary>
    /// <remarks>Upstream: <c>ShutdownProcess::kill</c> in src/exec/exec.cpp.</remarks>
    public static void Kill()
    {
        // Zero is the caller's own group. On Windows the job object of the agent takes the children down.
        if (OperatingSystem.IsWindows() || Signal(0, SigKill) != 0)
        {
            Environment.Exit(1);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int pid, int signal);
}
