using LibProcess.Processes;
using Mesos.Slave;

namespace Mesos.Cli.Commands;

/// <summary>Which failures of a daemon are the operator's to mend, so that their sentence is all there is to say.</summary>
internal static class DaemonFailures
{
    public static bool IsForOperators(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ProcessEnvironmentException or SlaveException or ArgumentException;
}
