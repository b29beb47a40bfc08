using System.Diagnostics.CodeAnalysis;
using LibProcess.Addressing;
using Mesos.Common.Values;
using Mesos.Proto;

namespace Mesos.Exec;

/// <summary>What an agent tells the executors it starts, in variables.</summary>
/// <param name="Agent"><c>MESOS_SLAVE_PID</c>: where the agent listens.</param>
/// <param name="AgentId"><c>MESOS_SLAVE_ID</c>.</param>
/// <param name="FrameworkId"><c>MESOS_FRAMEWORK_ID</c>.</param>
/// <param name="ExecutorId"><c>MESOS_EXECUTOR_ID</c>.</param>
/// <param name="Directory"><c>MESOS_DIRECTORY</c>: the sandbox.</param>
/// <param name="IsLocal"><c>MESOS_LOCAL</c>, whatever its value: agent and executor are one program, which must not be killed.</param>
/// <param name="Checkpoint"><c>MESOS_CHECKPOINT</c> is 1: the agent may be restarted and come back.</param>
/// <param name="RecoveryTimeout"><c>MESOS_RECOVERY_TIMEOUT</c>: how long to wait for it then. Default: 15 minutes.</param>
/// <param name="ShutdownGracePeriod"><c>MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD</c>: how long a shutdown may take. Default: 5 seconds.</param>
/// <remarks>Upstream: <c>MesosExecutorDriver::start</c> in src/exec/exec.cpp.</remarks>
internal sealed record ExecutorEnvironment(
    UPid Agent,
    SlaveID AgentId,
    FrameworkID FrameworkId,
    ExecutorID ExecutorId,
    string Directory,
    bool IsLocal,
    bool Checkpoint,
    TimeSpan RecoveryTimeout,
    TimeSpan ShutdownGracePeriod)
{
    public static readonly TimeSpan DefaultRecoveryTimeout = TimeSpan.FromMinutes(15);

    public static readonly TimeSpan DefaultShutdownGracePeriod = TimeSpan.FromSeconds(5);

    private static readonly string[] Mandatory =
        ["MESOS_SLAVE_PID", "MESOS_SLAVE_ID", "MESOS_FRAMEWORK_ID", "MESOS_EXECUTOR_ID", "MESOS_DIRECTORY"];

    /// <summary>Reads the variables; the error is a sentence for people.</summary>
    public static bool TryRead(
        IReadOnlyDictionary<string, string> variables,
        [NotNullWhen(true)] out ExecutorEnvironment? environment,
        [NotNullWhen(false)] out string? error)
    {
        environment = null;
        error = Mandatory.FirstOrDefault(name => !variables.ContainsKey(name)) is { } missing
            ? $"Expecting '{missing}' to be set in the environment: executors are started by an agent"
            : null;
        if (error is not null)
        {
            return false;
        }

        if (!UPid.TryParse(variables["MESOS_SLAVE_PID"], out UPid agent) || !agent.IsValid)
        {
            error = $"Cannot parse MESOS_SLAVE_PID '{variables["MESOS_SLAVE_PID"]}': expected id@ip:port";
            return false;
        }

        bool checkpoint = variables.GetValueOrDefault("MESOS_CHECKPOINT") == "1";
        TimeSpan recovery = DefaultRecoveryTimeout;
        if (!TryReadDuration(variables, "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", DefaultShutdownGracePeriod, out TimeSpan grace, out error)
            || (checkpoint && !TryReadDuration(variables, "MESOS_RECOVERY_TIMEOUT", DefaultRecoveryTimeout, out recovery, out error)))
        {
            return false;
        }

        environment = new ExecutorEnvironment(
            agent,
            new SlaveID { Value = variables["MESOS_SLAVE_ID"] },
            new FrameworkID { Value = variables["MESOS_FRAMEWORK_ID"] },
            new ExecutorID { Value = variables["MESOS_EXECUTOR_ID"] },
            variables["MESOS_DIRECTORY"],
            variables.ContainsKey("MESOS_LOCAL"),
            checkpoint,
            recovery,
            grace);
        return true;
    }

    private static bool TryReadDuration(
        IReadOnlyDictionary<string, string> variables,
        string name,
        TimeSpan defaultValue,
        out TimeSpan value,
        [NotNullWhen(false)] out string? error)
    {
        (value, error) = (defaultValue, null);
        if (!variables.TryGetValue(name, out string? text))
        {
            return true;
        }

        if (!Duration.TryParse(text, out Duration duration, out string? reason))
        {
            error = $"Failed to parse value '{text}' of '{name}': {reason}";
            return false;
        }

        value = duration.ToTimeSpan();
        return true;
    }
}
