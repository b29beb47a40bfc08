using Mesos.Common.Protobuf;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Tasks;

/// <summary>Builds the updates that the master makes itself. They carry no uuid: nobody acknowledges them.</summary>
/// <remarks>Upstream: <c>createStatusUpdate</c> in src/common/protobuf_utils.cpp.</remarks>
internal static class StatusUpdateBuilder
{
    /// <param name="now">The time of the update.</param>
    /// <param name="frameworkId">Whose task.</param>
    /// <param name="agentId">On which agent, or null where that is not known.</param>
    /// <param name="taskId">Which task.</param>
    /// <param name="state">Its state, as the framework is to see it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="message">Why, in words.</param>
    public static StatusUpdate Create(
        DateTimeOffset now,
        string frameworkId,
        string? agentId,
        TaskID taskId,
        TaskState state,
        TaskStatus.Types.Reason reason,
        string message)
    {
        return StatusUpdates.Create(
            new FrameworkID { Value = frameworkId },
            agentId is null ? null : new SlaveID { Value = agentId },
            taskId,
            state,
            TaskStatus.Types.Source.Master,
            now,
            message: message,
            reason: reason);
    }

    /// <summary>An update for a task the master knows.</summary>
    public static StatusUpdate Create(
        DateTimeOffset now,
        MasterTask task,
        TaskState state,
        TaskStatus.Types.Reason reason,
        string message)
    {
        StatusUpdate update = Create(now, task.FrameworkId, task.AgentId, task.Info.TaskId, state, reason, message);
        update.ExecutorId = task.ExecutorId?.Clone();
        return update;
    }

    /// <summary>An update that repeats what is known of a task: its health, its check and its container.</summary>
    public static StatusUpdate Describe(DateTimeOffset now, MasterTask task, TaskState state, TaskStatus.Types.Reason reason, string message)
    {
        StatusUpdate update = Create(now, task, state, reason, message);
        if (task.Healthy is { } healthy)
        {
            update.Status.Healthy = healthy;
        }

        update.Status.CheckStatus = task.CheckStatus?.Clone();
        update.Status.ContainerStatus = task.ContainerStatus?.Clone();
        return update;
    }
}
