using Google.Protobuf;
using LibProcess.Addressing;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Microsoft.Extensions.Logging;

namespace Mesos.Sched;

/// <summary>Delivers status updates and acknowledges them.</summary>
/// <remarks>Upstream: <c>statusUpdate</c> and <c>acknowledgeStatusUpdate</c> in src/sched/sched.cpp.</remarks>
internal sealed partial class StatusUpdates(
    SchedulerState state,
    IMasterChannel channel,
    SchedulerCallbacks callbacks,
    bool implicitAcknowledgements,
    ILogger logger)
{
    /// <summary>An update came from the leading master.</summary>
    /// <param name="update">The update.</param>
    /// <param name="agent">The agent that waits for the acknowledgement; <see cref="UPid.Empty"/> where none does.</param>
    public void Received(StatusUpdate update, UPid agent)
    {
        if (!update.FrameworkId.Equals(state.FrameworkId))
        {
            channel.CountDropped();
            LogForeign(update.Status.TaskId.Value, update.FrameworkId.Value);
            return;
        }

        // The callback owns the status, so what the acknowledgement needs is taken out first.
        (SlaveID? slave, TaskID task, ByteString uuid) =
            ((update.SlaveId ?? update.Status.SlaveId)?.Clone(), update.Status.TaskId.Clone(), update.Uuid);
        TaskStatus status = update.Status;
        if (uuid.IsEmpty || agent.IsEmpty)
        {
            status.ClearUuid();
        }
        else
        {
            status.Uuid = uuid;
        }

        callbacks.StatusUpdate(status);

        // The callback may have stopped or aborted the driver: then somebody else is to see the update again.
        if (implicitAcknowledgements && !uuid.IsEmpty && channel.Running)
        {
            Acknowledge(slave, task, uuid);
        }
    }

    /// <summary>Answers a launch that cannot be sent because no master is connected.</summary>
    public void Undeliverable(TaskID task)
    {
        if (!channel.Running)
        {
            return;
        }

        callbacks.StatusUpdate(new TaskStatus
        {
            TaskId = task,
            State = state.IsPartitionAware ? TaskState.TaskDropped : TaskState.TaskLost,
            Source = TaskStatus.Types.Source.Master,
            Reason = TaskStatus.Types.Reason.MasterDisconnected,
            Message = "Master disconnected",
            Timestamp = Timestamps.ToSeconds(channel.Clock.GetUtcNow()),
        });
    }

    /// <summary>The framework acknowledges. Only what carries a uuid is waited for by an agent.</summary>
    public void Acknowledge(TaskStatus status)
    {
        if (status.HasUuid)
        {
            Acknowledge(status.SlaveId, status.TaskId, status.Uuid);
        }
    }

    // An agent of the original does not survive an acknowledgement whose uuid is malformed.
    private void Acknowledge(SlaveID? agent, TaskID task, ByteString uuid)
    {
        if (!state.Connected || agent is null)
        {
            return;
        }

        if (!UuidBytes.IsValid(uuid.Span))
        {
            channel.CountDropped();
            LogMalformedUuid(task.Value);
            return;
        }

        channel.SendToMaster(Calls.Acknowledge(state, agent, task, uuid));
    }

    [LoggerMessage(4030, LogLevel.Warning, "Dropped an update of task {Task}: it is meant for framework {Framework}")]
    private partial void LogForeign(string task, string framework);

    [LoggerMessage(4031, LogLevel.Warning, "Did not acknowledge an update of task {Task}: its uuid is malformed")]
    private partial void LogMalformedUuid(string task);
}
