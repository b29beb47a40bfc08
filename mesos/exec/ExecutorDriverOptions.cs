using LibProcess.Processes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesos.Exec;

/// <summary>How a <see cref="MesosExecutorDriver"/> behaves. The defaults are right in programs that an agent starts.</summary>
public sealed record ExecutorDriverOptions
{
    /// <summary>
    /// Where the <c>MESOS_*</c> and <c>LIBPROCESS_*</c> variables are read from; null, the default, is the environment of the
    /// program.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>
    /// The node on which the driver runs and which its owner ends after the driver; null, the default, gives the driver one of
    /// its own, made from the <c>LIBPROCESS_*</c> variables.
    /// </summary>
    public ProcessManager? Manager { get; init; }

    /// <summary>
    /// Called when the grace period of a shutdown is over and the program still runs. Default: kills the process group of the
    /// program, itself included. Called on a thread of the driver.
    /// </summary>
    public Action KillProcessGroup { get; init; } = ProcessGroup.Kill;

    /// <summary>Logs of a driver that has its own node; one with a <see cref="Manager"/> logs where that does. Default: none.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
