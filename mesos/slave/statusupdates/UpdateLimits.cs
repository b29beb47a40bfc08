using System.Globalization;
using LibProcess.Addressing;
using Mesos.Slave.Containerizer;
using Mesos.Slave.Executors;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.StatusUpdates;

/// <summary>Ends executors that send more updates than anybody acknowledges, before the agent runs out of memory.</summary>
/// <remarks>The original takes everything. The limits are far above what an executor sends whose scheduler is away for days.</remarks>
internal sealed partial class UpdateLimits(SlaveContext context, ExecutorShutdown shutdown)
{
    private const int BytesPerMegabyte = 1 << 20;

    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>Counts an update; <see cref="BacklogResult.Full"/> where it must neither be kept nor acknowledged.</summary>
    /// <param name="update">The update.</param>
    /// <param name="uuid">Its identity.</param>
    /// <param name="sender">Who has sent it; null for the agent itself, which is never refused.</param>
    /// <param name="owner">The executor that has the task, or null.</param>
    public BacklogResult Count(StatusUpdate update, Guid uuid, UPid? sender, Executor? owner)
    {
        if (sender is null)
        {
            return BacklogResult.Known;
        }

        Executor? executor = owner?.Pid == sender ? owner : state.Executors.FirstOrDefault(executor => executor.Pid == sender);
        UpdateBacklog backlog = executor?.Backlog ?? state.Unacknowledged.Strangers;
        BacklogResult result = state.Unacknowledged.TryAdd(
            backlog, update.FrameworkId.Value, update.Status.TaskId.Value, uuid, update.CalculateSize());
        if (result == BacklogResult.Full)
        {
            context.Metrics.DroppedMessages.Increment();
            if (!backlog.WasExceeded)
            {
                backlog.WasExceeded = true;
                Exceeded(backlog, sender, executor);
            }
        }

        return result;
    }

    private void Exceeded(UpdateBacklog backlog, UPid sender, Executor? executor)
    {
        if (executor is null)
        {
            LogStrangersExceeded(sender, backlog.Updates, backlog.Bytes / BytesPerMegabyte);
            return;
        }

        LogExceeded(executor, backlog.Updates, backlog.Bytes / BytesPerMegabyte);
        executor.PendingTermination ??= new ContainerTermination(
            State: TaskState.TaskFailed,
            Reason: Reason.ExecutorTerminated,
            Message: string.Create(
                CultureInfo.InvariantCulture,
                $"Executor is ended because {backlog.Updates} of its status updates, {backlog.Bytes / BytesPerMegabyte} MB, wait for acknowledgements"));
        shutdown.ShutDown(executor);
    }

    [LoggerMessage(3681, LogLevel.Error, "Shutting down executor {Executor}: {Count} of its updates, {Megabytes} MB, wait for acknowledgements, and it goes on sending")]
    private partial void LogExceeded(Executor executor, int count, long megabytes);

    [LoggerMessage(3682, LogLevel.Error, "Taking no more updates from {Sender} and others that are no executors of this agent: {Count}, {Megabytes} MB, wait for acknowledgements")]
    private partial void LogStrangersExceeded(UPid sender, int count, long megabytes);
}
