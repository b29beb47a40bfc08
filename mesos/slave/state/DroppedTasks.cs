namespace Mesos.Slave.State;

/// <summary>What a framework is told of a task that never started.</summary>
internal static class DroppedTasks
{
    /// <summary>Older frameworks know only <c>TASK_LOST</c>.</summary>
    public static TaskState StateFor(bool partitionAware) => partitionAware ? TaskState.TaskDropped : TaskState.TaskLost;
}
