using LibProcess.Addressing;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Slave.Executors;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.StatusUpdates;

/// <summary>Updates on their way to the master, and the acknowledgements that come back.</summary>
/// <remarks>Upstream: <c>Slave::forward</c> and <c>Slave::statusUpdateAcknowledgement</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class StatusUpdateForwarding(SlaveContext context, ITaskStatusUpdateManager manager, Cleanup cleanup)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    // Acknowledgements that are being written down, per task.
    private readonly Dictionary<(string Framework, string Task), Task> underWay = [];

    /// <summary>Sends what the update manager wants sent, with the latest state of the task.</summary>
    public void Forward(StatusUpdate update)
    {
        if (state.Phase != SlavePhase.Running || state.Master is not { } master)
        {
            LogNotRegistered(update.Status.State.WireName(), update.Status.TaskId.Value);
            return;
        }

        // Masters end where it is missing, and other agents do not always write it down.
        update.Status.Uuid = update.Uuid;
        string taskId = update.Status.TaskId.Value;
        if (state.FindFramework(update.FrameworkId.Value)?.FindExecutorOfTask(taskId)?.FindTask(taskId) is { } task)
        {
            task.StatusUpdateState = update.Status.State;
            task.StatusUpdateUuid = update.Uuid;
            update.LatestState = task.State;
        }

        LogForwarding(update.Status.State.WireName(), taskId, update.FrameworkId.Value, master);
        context.Actor.Send(master, new StatusUpdateMessage { Update = update, Pid = context.Actor.Self.ToString() });
    }

    /// <summary>The framework has got an update.</summary>
    public void Acknowledged(UPid from, StatusUpdateAcknowledgementMessage message)
    {
        // Old schedulers answer themselves; masters have to be the leading one.
        if (from.Id.StartsWith("master", StringComparison.Ordinal) && (state.Phase != SlavePhase.Running || from != state.Master))
        {
            context.Metrics.DroppedMessages.Increment();
            LogStrangeAcknowledgement(from, message.TaskId.Value);
            return;
        }

        if (!UuidBytes.TryParse(message.Uuid, out Guid uuid))
        {
            context.Metrics.DroppedMessages.Increment();
            LogMalformedAcknowledgement(from, message.TaskId.Value);
            return;
        }

        context.Actor.RunDurably(() => TrackAsync(message.FrameworkId.Value, message.TaskId.Value, uuid));
    }

    /// <summary>Completes, well or not, when the acknowledgements of a task that have come so far are done with.</summary>
    public async Task SettledAsync(string frameworkId, string taskId)
    {
        if (underWay.TryGetValue((frameworkId, taskId), out Task? acknowledgements))
        {
            await acknowledgements.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TrackAsync(string frameworkId, string taskId, Guid uuid)
    {
        Task acknowledgement = AcknowledgeAsync(frameworkId, taskId, uuid);
        Task all = underWay.TryGetValue((frameworkId, taskId), out Task? others) ? AfterAsync(others, acknowledgement) : acknowledgement;
        underWay[(frameworkId, taskId)] = all;
        try
        {
            await all;
        }
        finally
        {
            if (underWay.TryGetValue((frameworkId, taskId), out Task? last) && ReferenceEquals(last, all))
            {
                underWay.Remove((frameworkId, taskId));
            }
        }
    }

    /// <summary>Those before tell of their failures themselves.</summary>
    private static async Task AfterAsync(Task others, Task acknowledgement)
    {
        await others.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        await acknowledgement;
    }

    private async Task AcknowledgeAsync(string frameworkId, string taskId, Guid uuid)
    {
        AcknowledgementResult result = await manager.AcknowledgeAsync(frameworkId, taskId, uuid);
        if (result == AcknowledgementResult.Unexpected)
        {
            LogUnexpectedAcknowledgement(uuid, taskId, frameworkId);
            return;
        }

        if (result == AcknowledgementResult.StreamClosed)
        {
            state.Unacknowledged.RemoveTask(frameworkId, taskId);
        }
        else
        {
            state.Unacknowledged.Remove(frameworkId, taskId, uuid);
        }

        if (result != AcknowledgementResult.StreamClosed || state.FindFramework(frameworkId) is not { } framework)
        {
            return;
        }

        if (framework.FindExecutorOfTask(taskId) is { } executor)
        {
            cleanup.Complete(framework, executor, taskId);
            cleanup.RemoveIfDone(framework, executor);
        }

        cleanup.RemoveIfIdle(framework);
    }

    [LoggerMessage(3311, LogLevel.Information, "Forwarding the update {State} of task '{Task}' of framework {Framework} to {Master}")]
    private partial void LogForwarding(string state, string task, string framework, UPid master);

    [LoggerMessage(3312, LogLevel.Warning, "Holding back the update {State} of task '{Task}': the agent is not registered")]
    private partial void LogNotRegistered(string state, string task);

    [LoggerMessage(3313, LogLevel.Warning, "Ignoring an acknowledgement from {From} for task '{Task}': it is not the master this agent is registered with")]
    private partial void LogStrangeAcknowledgement(UPid from, string task);

    [LoggerMessage(3314, LogLevel.Warning, "Ignoring an acknowledgement from {From} for task '{Task}': its uuid is malformed")]
    private partial void LogMalformedAcknowledgement(UPid from, string task);

    [LoggerMessage(3315, LogLevel.Warning, "Ignoring the acknowledgement {Uuid} for task '{Task}' of framework {Framework}: nothing waits for it")]
    private partial void LogUnexpectedAcknowledgement(Guid uuid, string task, string framework);
}
