using LibProcess.Addressing;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Slave.Containerizer;
using Mesos.Slave.Drain;
using Mesos.Slave.Executors;
using Mesos.Slave.Paths;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.StatusUpdates;

/// <summary>Status updates from executors and from the agent itself: checked, completed, applied, handed to the update manager, acknowledged.</summary>
/// <remarks>Upstream: <c>Slave::statusUpdate</c> to <c>___statusUpdate</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class StatusUpdateHandling(
    SlaveContext context,
    IContainerizer containerizer,
    ContainerUpdates containers,
    ITaskStatusUpdateManager manager,
    ExecutorShutdown shutdown,
    StatusUpdateForwarding acknowledgements,
    UpdateLimits limits,
    Cleanup cleanup)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>An executor reports.</summary>
    public void Received(UPid from, StatusUpdateMessage message)
    {
        // An update that names nobody to acknowledge to counts as the agent's own.
        UPid? pid = message.HasPid && UPid.TryParse(message.Pid, out UPid parsed) && !parsed.IsEmpty ? parsed : null;
        if (pid is not null && pid != from)
        {
            LogOnBehalf(from, pid, message.Update.Status.TaskId.Value);
        }

        Handle(message.Update, pid, from);
    }

    /// <summary>An executor that is back reports what was not confirmed to it.</summary>
    public void FromExecutor(StatusUpdate update, UPid executor) => Handle(update, executor, executor);

    /// <summary>The agent itself reports on a task.</summary>
    public void Report(
        Framework framework, string taskId, TaskState taskState, Reason reason, string message, string? executorId = null) =>
        Handle(Create(framework.Id, taskId, taskState, reason, message, executorId), pid: null, sender: null);

    /// <summary>The agent reports on a task that it does not know, maybe of a framework that it does not know.</summary>
    public void ReportUnknown(string frameworkId, string taskId, TaskState taskState, Reason reason, string message)
    {
        StatusUpdate update = Create(frameworkId, taskId, taskState, reason, message, executorId: null);
        _ = UuidBytes.TryParse(update.Uuid, out Guid uuid);
        context.Actor.Run(() => manager.UpdateAsync(uuid, update));
    }

    private StatusUpdate Create(string frameworkId, string taskId, TaskState taskState, Reason reason, string message, string? executorId) =>
        Common.Protobuf.StatusUpdates.Create(
            new FrameworkID { Value = frameworkId },
            state.Info.Id,
            new TaskID { Value = taskId },
            taskState,
            StatusSource.Slave,
            context.Actor.Now,
            context.Actor.Random.NewUuid(),
            message,
            reason,
            executorId is null ? null : new ExecutorID { Value = executorId });

    /// <param name="update">The update; belongs to the agent.</param>
    /// <param name="pid">The executor to acknowledge to; null for updates of the agent itself.</param>
    /// <param name="sender">Who has sent it; null for the agent itself.</param>
    private void Handle(StatusUpdate update, UPid? pid, UPid? sender)
    {
        if (Defect(update, out Guid uuid) is { } defect)
        {
            Refuse(update, defect);
            return;
        }

        TaskStatus status = update.Status;
        status.Uuid = update.Uuid;
        status.Source = pid is null ? StatusSource.Slave : StatusSource.Executor;
        if (update.ExecutorId is { } named)
        {
            status.ExecutorId = named.Clone();
        }

        if (state.FindFramework(update.FrameworkId.Value) is not { } framework)
        {
            Refuse(update, "the framework is unknown");
            return;
        }

        if (framework.IsTerminating)
        {
            Refuse(update, "the framework is terminating");
            return;
        }

        DrainRules.Adjust(status, state.Drain, framework.IsPartitionAware);
        LogHandling(status.State.WireName(), uuid, status.TaskId.Value, framework.Id);
        Executor? executor = framework.FindExecutorOfTask(status.TaskId.Value);
        if (framework.PendingTasks.ContainsKey(status.TaskId.Value) && sender is null)
        {
            // The launch finds the task gone and stops.
            framework.PendingTasks.Remove(status.TaskId.Value);
            context.Metrics.ValidStatusUpdates.Increment();
            cleanup.RemoveIfIdle(framework);

            // The stream of an earlier task of that id would take it along when it closes.
            context.Actor.RunDurably(async () =>
            {
                await acknowledgements.SettledAsync(framework.Id, status.TaskId.Value);
                Forward(new Arrival(update, uuid, pid, IsCounted: false), executor: null);
            });
            return;
        }

        if (Objection(framework, executor, status, sender) is { } objection)
        {
            // An executor that is not answered would send it for ever.
            Refuse(update, objection);
            Acknowledge(update, pid);
            return;
        }

        if (executor is not null && status.Source == StatusSource.Executor && status.State == TaskState.TaskStaging)
        {
            LogStagingFromExecutor(executor);
            context.Metrics.InvalidStatusUpdates.Increment();
            shutdown.ShutDown(executor);
            return;
        }

        BacklogResult counted = limits.Count(update, uuid, sender, executor);
        if (counted == BacklogResult.Full)
        {
            return;
        }

        context.Metrics.ValidStatusUpdates.Increment();
        Take(new Arrival(update, uuid, pid, counted == BacklogResult.Counted), executor);
    }

    private void Take(Arrival arrival, Executor? executor)
    {
        if (executor is null)
        {
            Forward(arrival, executor: null);
            return;
        }

        executor.UpdateArrived(arrival.Update.Status, arrival.Uuid);
        if (NeverReachedExecutor(executor, arrival.Update.Status))
        {
            // At once, so that the task is not handed over any more.
            context.Actor.RunDurably(() => ApplyAsync(arrival, executor));
        }
        else
        {
            context.Actor.RunDurably(() => CompleteAsync(arrival, executor));
        }
    }

    /// <summary>Why what an executor says of a task is not taken, though it is well-formed.</summary>
    private string? Objection(Framework framework, Executor? owner, TaskStatus status, UPid? sender) =>
        owner is not null && IsOfAnother(sender, owner)
            // The original takes its word; a task is not ended by whoever names it.
            ? $"it comes from {sender}, an executor that does not run the task"
            : owner is null && framework.PendingTasks.ContainsKey(status.TaskId.Value)
                ? "no executor has got the task yet"
                : null;

    private string? Defect(StatusUpdate update, out Guid uuid)
    {
        if (!UuidBytes.TryParse(update.Uuid, out uuid))
        {
            return "it carries no valid uuid";
        }

        // Updates without the id of their agent are ignored, too: other drivers rely on being told so by silence.
        if (state.Id is null || update.SlaveId?.Value != state.Id || update.Status.SlaveId?.Value != state.Id)
        {
            return "it is not for this agent";
        }

        return null;
    }

    /// <summary>Whether an update comes from an executor of this agent, but not from the one that has the task.</summary>
    private bool IsOfAnother(UPid? sender, Executor owner) =>
        sender is not null && owner.Pid != sender && state.Executors.Any(other => other.Pid == sender);

    private void Refuse(StatusUpdate update, string why)
    {
        context.Metrics.InvalidStatusUpdates.Increment();
        LogIgnoring(update.Status.State.WireName(), update.Status.TaskId.Value, update.FrameworkId.Value, why);
    }

    private static bool NeverReachedExecutor(Executor executor, TaskStatus status) =>
        executor.QueuedTasks.ContainsKey(status.TaskId.Value) ||
        (executor.LaunchedTasks.ContainsKey(status.TaskId.Value) &&
            status.Source == StatusSource.Slave &&
            status.State is TaskState.TaskDropped or TaskState.TaskLost);

    /// <summary>Adds what is known of the container.</summary>
    private async Task CompleteAsync(Arrival arrival, Executor executor)
    {
        StatusUpdate update = arrival.Update;
        ContainerID container = update.Status.ContainerStatus?.ContainerId ?? executor.ContainerId;
        if (await containerizer.StatusAsync(container) is { } known)
        {
            ContainerStatus status = update.Status.ContainerStatus ??= new ContainerStatus();
            status.MergeFrom(known);
            if (status.NetworkInfos.Count == 0)
            {
                status.NetworkInfos.Add(new NetworkInfo
                {
                    IpAddresses = { new NetworkInfo.Types.IPAddress { IpAddress = context.Actor.Self.Address.ToIPAddress().ToString() } },
                });
            }
        }

        if (ReferenceEquals(state.FindExecutor(executor.FrameworkId, executor.Id), executor))
        {
            await ApplyAsync(arrival, executor);
        }
        else
        {
            Discount(arrival);
            LogExecutorGone(update.Status.State.WireName(), update.Status.TaskId.Value, executor);
        }
    }

    private async Task ApplyAsync(Arrival arrival, Executor executor)
    {
        TaskStatus status = arrival.Update.Status;
        UpdateCheckpoint? checkpoint = CheckpointOf(executor, status.TaskId.Value);
        if (executor.HasApplied(status))
        {
            // It came before, and may not be safe yet: the manager knows when it is.
            Forward(arrival, executor, checkpoint);
            return;
        }

        if (executor.Apply(status, arrival.Uuid) is { } defect)
        {
            // The executor must not send it again.
            LogNotApplied(status.State.WireName(), status.TaskId.Value, executor, defect);
            executor.UpdateHandled(status.TaskId.Value, arrival.Uuid);
            Discount(arrival);
            Acknowledge(arrival.Update, arrival.Pid);
            return;
        }

        if (status.State.IsTerminal())
        {
            context.Metrics.TaskEnded(status.State);
            await containers.UpdateAsync(executor);
        }

        Forward(arrival, executor, checkpoint);
    }

    /// <summary>Where an update is kept: with the task itself, where that may not be written down yet because it ends before it began.</summary>
    private UpdateCheckpoint? CheckpointOf(Executor executor, string taskId)
    {
        if (!executor.IsCheckpointed)
        {
            return null;
        }

        string run = context.Checkpoints.RunOf(executor);
        return new UpdateCheckpoint(
            SlavePaths.TaskUpdates(run, taskId),
            executor.QueuedTasks.TryGetValue(taskId, out TaskInfo? queued) ? context.Checkpoints.TaskChange(executor, queued) : null);
    }

    private void Forward(Arrival arrival, Executor? executor, UpdateCheckpoint? checkpoint = null) => context.Actor.RunDurably(async () =>
    {
        (StatusUpdate update, Guid uuid, UPid? pid, _) = arrival;
        (string frameworkId, string taskId) = (update.FrameworkId.Value, update.Status.TaskId.Value);
        var acknowledgement = pid is null ? null : AcknowledgementOf(update);
        bool isNew = await manager.UpdateAsync(uuid, update, checkpoint, isOfUnknownTask: executor is null);
        executor?.UpdateHandled(taskId, uuid);
        if (!isNew && arrival.IsCounted)
        {
            state.Unacknowledged.Remove(frameworkId, taskId, uuid);
        }

        if (acknowledgement is not null)
        {
            context.Actor.Send(pid!, acknowledgement);
        }
    });

    /// <summary>An update does not wait for anybody after all.</summary>
    private void Discount(Arrival arrival)
    {
        if (arrival.IsCounted)
        {
            state.Unacknowledged.Remove(arrival.Update.FrameworkId.Value, arrival.Update.Status.TaskId.Value, arrival.Uuid);
        }
    }

    private void Acknowledge(StatusUpdate update, UPid? pid)
    {
        if (pid is not null)
        {
            context.Actor.Send(pid, AcknowledgementOf(update));
        }
    }

    private static StatusUpdateAcknowledgementMessage AcknowledgementOf(StatusUpdate update) => new()
    {
        FrameworkId = update.FrameworkId.Clone(),
        SlaveId = update.SlaveId.Clone(),
        TaskId = update.Status.TaskId.Clone(),
        Uuid = update.Uuid,
    };

    /// <param name="Update">The update; belongs to the agent.</param>
    /// <param name="Uuid">Its identity.</param>
    /// <param name="Pid">The executor to acknowledge to; null for updates of the agent itself.</param>
    /// <param name="IsCounted">Whether it counts against its sender from now on.</param>
    private sealed record Arrival(StatusUpdate Update, Guid Uuid, UPid? Pid, bool IsCounted);

    [LoggerMessage(3301, LogLevel.Information, "Handling the update {State} ({Uuid}) of task '{Task}' of framework {Framework}")]
    private partial void LogHandling(string state, Guid uuid, string task, string framework);

    [LoggerMessage(3302, LogLevel.Warning, "Ignoring the update {State} of task '{Task}' of framework {Framework}: {Why}")]
    private partial void LogIgnoring(string state, string task, string framework, string why);

    [LoggerMessage(3303, LogLevel.Error, "Executor {Executor} sent TASK_STAGING, which only the master uses; it is shut down")]
    private partial void LogStagingFromExecutor(Executor executor);

    [LoggerMessage(3304, LogLevel.Warning, "Ignoring the update {State} of task '{Task}': executor {Executor} has gone meanwhile")]
    private partial void LogExecutorGone(string state, string task, Executor executor);

    [LoggerMessage(3306, LogLevel.Warning, "{From} sent an update of task '{Task}' in the name of {Pid}")]
    private partial void LogOnBehalf(UPid from, UPid pid, string task);

    [LoggerMessage(3305, LogLevel.Error, "Not applying the update {State} of task '{Task}' of executor {Executor}: {Why}")]
    private partial void LogNotApplied(string state, string task, Executor executor, string why);
}
