using Mesos.Proto;

namespace Mesos.Common.Protobuf;

/// <summary>What the states of tasks mean.</summary>
/// <remarks>Upstream: src/common/protobuf_utils.cpp.</remarks>
public static class TaskStates
{
    /// <summary>Whether a task in this state is over for good. UNREACHABLE and UNKNOWN are not: the task may come back.</summary>
    public static bool IsTerminal(this TaskState state) => state is
        TaskState.TaskFinished or TaskState.TaskFailed or TaskState.TaskKilled or TaskState.TaskLost or TaskState.TaskError
        or TaskState.TaskDropped or TaskState.TaskGone or TaskState.TaskGoneByOperator;

    /// <summary>Whether the state is one of those that only frameworks with PARTITION_AWARE know.</summary>
    public static bool NeedsPartitionAware(this TaskState state) => state is
        TaskState.TaskDropped or TaskState.TaskUnreachable or TaskState.TaskGone or TaskState.TaskGoneByOperator or TaskState.TaskUnknown;

    /// <summary>The state as a framework without PARTITION_AWARE sees it: the states it does not know are LOST.</summary>
    public static TaskState ForOlderFrameworks(this TaskState state) => state.NeedsPartitionAware() ? TaskState.TaskLost : state;

    /// <summary>The state as a framework sees it.</summary>
    public static TaskState For(this TaskState state, FrameworkCapabilities capabilities) =>
        capabilities.PartitionAware ? state : state.ForOlderFrameworks();

    /// <summary>The name on the wire and in metrics, such as <c>TASK_RUNNING</c>; a number that no version knows is printed as it is.</summary>
    public static string WireName(this TaskState state) => state switch
    {
        TaskState.TaskStaging => "TASK_STAGING",
        TaskState.TaskStarting => "TASK_STARTING",
        TaskState.TaskRunning => "TASK_RUNNING",
        TaskState.TaskKilling => "TASK_KILLING",
        TaskState.TaskFinished => "TASK_FINISHED",
        TaskState.TaskFailed => "TASK_FAILED",
        TaskState.TaskKilled => "TASK_KILLED",
        TaskState.TaskError => "TASK_ERROR",
        TaskState.TaskLost => "TASK_LOST",
        TaskState.TaskDropped => "TASK_DROPPED",
        TaskState.TaskUnreachable => "TASK_UNREACHABLE",
        TaskState.TaskGone => "TASK_GONE",
        TaskState.TaskGoneByOperator => "TASK_GONE_BY_OPERATOR",
        TaskState.TaskUnknown => "TASK_UNKNOWN",
        _ => ((int)state).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
