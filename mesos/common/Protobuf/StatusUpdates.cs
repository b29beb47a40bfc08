using Mesos.Common.Values;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Reason = Mesos.Proto.TaskStatus.Types.Reason;
using Source = Mesos.Proto.TaskStatus.Types.Source;

namespace Mesos.Common.Protobuf;

/// <summary>Makes statuses of tasks and the updates that carry them.</summary>
/// <remarks>Upstream: <c>createStatusUpdate</c> and <c>createTaskStatus</c> in src/common/protobuf_utils.cpp. Arguments are copied.</remarks>
public static class StatusUpdates
{
    /// <summary>An update that a daemon makes up itself.</summary>
    /// <param name="frameworkId">Whose task it is.</param>
    /// <param name="slaveId">Where the task is or was; null when it never was anywhere.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="state">Its state.</param>
    /// <param name="source">Who says so.</param>
    /// <param name="now">The time of the update.</param>
    /// <param name="uuid">Identifies the update for acknowledgement; null for one that is not acknowledged.</param>
    /// <param name="message">A sentence for people.</param>
    /// <param name="reason">A reason for programs.</param>
    /// <param name="executorId">The task's executor.</param>
    public static StatusUpdate Create(
        FrameworkID frameworkId,
        SlaveID? slaveId,
        TaskID taskId,
        TaskState state,
        Source source,
        DateTimeOffset now,
        Guid? uuid = null,
        string message = "",
        Reason? reason = null,
        ExecutorID? executorId = null)
    {
        ArgumentNullException.ThrowIfNull(frameworkId);
        ArgumentNullException.ThrowIfNull(taskId);
        var timestamp = Timestamps.ToSeconds(now);
        TaskStatus status = new()
        {
            TaskId = taskId.Clone(),
            SlaveId = slaveId?.Clone(),
            State = state,
            Source = source,
            Message = message,
            Timestamp = timestamp,
        };
        StatusUpdate update = new()
        {
            FrameworkId = frameworkId.Clone(),
            SlaveId = slaveId?.Clone(),
            ExecutorId = executorId?.Clone(),
            Status = status,
            Timestamp = timestamp,
        };
        if (reason is { } known)
        {
            status.Reason = known;
        }

        if (uuid is { } id)
        {
            var bytes = UuidBytes.ToByteString(id);
            status.Uuid = bytes;
            update.Uuid = bytes;
        }

        return update;
    }

    /// <summary>An update around a status that an executor or another part made.</summary>
    /// <param name="frameworkId">Whose task it is.</param>
    /// <param name="status">The status; the agent's id is filled in where it is missing.</param>
    /// <param name="slaveId">Where the task is; null when unknown.</param>
    /// <param name="now">The time of the update when the status has none.</param>
    public static StatusUpdate Around(FrameworkID frameworkId, TaskStatus status, SlaveID? slaveId, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(frameworkId);
        ArgumentNullException.ThrowIfNull(status);
        var copy = status.Clone();
        copy.SlaveId ??= slaveId?.Clone();
        StatusUpdate update = new()
        {
            FrameworkId = frameworkId.Clone(),
            SlaveId = slaveId?.Clone(),
            ExecutorId = status.ExecutorId?.Clone(),
            Status = copy,
            Timestamp = status.HasTimestamp ? status.Timestamp : Timestamps.ToSeconds(now),
        };
        if (status.HasUuid)
        {
            update.Uuid = status.Uuid;
        }

        return update;
    }

    /// <summary>The status of a task with what every status needs.</summary>
    public static TaskStatus CreateStatus(TaskID taskId, TaskState state, Guid uuid, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(taskId);
        return new TaskStatus
        {
            TaskId = taskId.Clone(),
            State = state,
            Uuid = UuidBytes.ToByteString(uuid),
            Timestamp = Timestamps.ToSeconds(now),
        };
    }
}
