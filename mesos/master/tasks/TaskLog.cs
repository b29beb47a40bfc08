using LibProcess.Addressing;
using Mesos.Proto;
using Microsoft.Extensions.Logging;

namespace Mesos.Master.Tasks;

/// <summary>Events 2500 to 2599.</summary>
internal static partial class TaskLog
{
    [LoggerMessage(2501, LogLevel.Information, "Task {Task} of framework {Framework} is now {State}, the framework is told {Told}")]
    public static partial void TaskUpdated(this ILogger logger, string task, string framework, TaskState state, TaskState told);

    [LoggerMessage(2502, LogLevel.Warning, "Removed task {Task} of framework {Framework} on agent {Agent} although it is {State}")]
    public static partial void LiveTaskRemoved(this ILogger logger, string task, string framework, string agent, TaskState state);

    [LoggerMessage(2503, LogLevel.Information, "Removed executor {Executor} of framework {Framework} on agent {Agent}")]
    public static partial void ExecutorRemoved(this ILogger logger, string executor, string framework, string agent);

    [LoggerMessage(2504, LogLevel.Warning, "Ignored an update of task {Task} of framework {Framework} on agent {Agent} from {From}: {Reason}")]
    public static partial void UpdateIgnored(this ILogger logger, string task, string framework, string agent, UPid from, string reason);

    [LoggerMessage(2505, LogLevel.Warning, "Did not pass on an update of task {Task}: framework {Framework} is unknown or disconnected")]
    public static partial void UpdateNotForwarded(this ILogger logger, string task, string framework);

    [LoggerMessage(2506, LogLevel.Warning, "Dropped an update of task {Task}: framework {Framework} is disconnected")]
    public static partial void UpdateDropped(this ILogger logger, string task, string framework);

    [LoggerMessage(2507, LogLevel.Warning, "Ignored an acknowledgement for task {Task} of framework {Framework}: {Reason}")]
    public static partial void AcknowledgementIgnored(this ILogger logger, string task, string framework, string reason);

    [LoggerMessage(2508, LogLevel.Information, "Framework {Framework} reconciles {Count} tasks (0 for all)")]
    public static partial void Reconciling(this ILogger logger, string framework, int count);

    [LoggerMessage(2509, LogLevel.Information, "No answer about task {Task} of framework {Framework} yet: agents have not come back")]
    public static partial void ReconciliationPostponed(this ILogger logger, string task, string framework);

    [LoggerMessage(2510, LogLevel.Warning, "Cannot kill task {Task} of framework {Framework}: it is unknown")]
    public static partial void KillOfUnknownTask(this ILogger logger, string task, string framework);

    [LoggerMessage(2511, LogLevel.Warning, "Cannot kill task {Task} of framework {Framework} on agent {Agent}: it belongs to agent {Actual}")]
    public static partial void KillOnOtherAgent(this ILogger logger, string task, string framework, string agent, string actual);

    [LoggerMessage(2512, LogLevel.Warning, "Task {Task} of framework {Framework} will be killed when agent {Agent} comes back")]
    public static partial void KillPostponed(this ILogger logger, string task, string framework, string agent);

    [LoggerMessage(2513, LogLevel.Warning, "Dropped a message between framework {Framework} and an executor: {Reason}")]
    public static partial void RelayIgnored(this ILogger logger, string framework, string reason);

    [LoggerMessage(2514, LogLevel.Warning, "Ignored a message about executor {Executor} of framework {Framework} on agent {Agent}: {Reason}")]
    public static partial void ExecutorMessageIgnored(this ILogger logger, string executor, string framework, string agent, string reason);
}
