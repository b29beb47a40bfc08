using Mesos.Proto;

namespace Mesos.Master.State;

/// <summary>What kind of state a task is in.</summary>
/// <remarks>Upstream: src/common/protobuf_utils.cpp.</remarks>
internal static class TaskStates
{
    /// <summary>Whether the task has ended for good.</summary>
    public static bool IsTerminal(this TaskState state) => state
        is TaskState.TaskFinished or TaskState.TaskFailed or TaskState.TaskKilled or TaskState.TaskLost
        or TaskState.TaskError or TaskState.TaskDropped or TaskState.TaskGone or TaskState.TaskGoneByOperator;

    /// <summary>Whether the task holds no resources as far as the master is concerned.</summary>
    public static bool HoldsNothing(this TaskState state) => state.IsTerminal() || state == TaskState.TaskUnreachable;

    /// <summary>The state a framework is told: those that do not know partitions hear of a lost task.</summary>
    public static TaskState For(this TaskState state, FrameworkCapabilities framework) =>
        framework.PartitionAware
            ? state
            : state is TaskState.TaskDropped or TaskState.TaskUnreachable or TaskState.TaskGone
                or TaskState.TaskGoneByOperator or TaskState.TaskUnknown
                ? TaskState.TaskLost
                : state;
}
