using Mesos.Slave.State;
using Mesos.Slave.StatusUpdates;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Executors;

/// <summary>Tasks that wait for their executor, written down from the start: an agent that comes back knows what it was given.</summary>
/// <remarks>Upstream: the end of <c>Slave::__run</c> and <c>Executor::checkpointTask</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class TaskQueue(
    SlaveContext context, StatusUpdateHandling updates, TaskDelivery delivery, ExecutorShutdown shutdown)
{
    private readonly ILogger logger = context.Logger;

    /// <summary>Queues a task for an executor that registers or runs.</summary>
    public void Add(Framework framework, Executor executor, TaskInfo task)
    {
        executor.QueuedTasks[task.TaskId.Value] = task;
        LogQueued(task.TaskId.Value, executor);
        if (executor.TasksKept is not null)
        {
            // Commits keep their order: what completes last completes the others.
            Task kept = context.Checkpoints.TaskAsync(executor, task);
            executor.TasksKept = kept;
            context.Actor.RunDurably(() => DropUnlessKeptAsync(kept, framework, executor, task));
        }

        if (executor.Phase == ExecutorPhase.Running)
        {
            delivery.Deliver(executor);
        }
    }

    private async Task DropUnlessKeptAsync(Task kept, Framework framework, Executor executor, TaskInfo task)
    {
        try
        {
            await kept;
        }
        catch (IOException exception) when (IsQueued(executor, task))
        {
            LogNotKept(task.TaskId.Value, executor, exception.Message);
            updates.Report(
                framework,
                task.TaskId.Value,
                DroppedTasks.StateFor(framework.IsPartitionAware),
                Reason.ExecutorTerminated,
                exception.Message,
                executor.Id);
            if (executor is { Phase: ExecutorPhase.Running, EverSentTask: false, QueuedTasks.Count: 0 })
            {
                shutdown.ShutDown(executor);
            }
        }
        catch (IOException)
        {
            // Killed meanwhile, or its executor has gone: that is told already.
        }
    }

    private bool IsQueued(Executor executor, TaskInfo task) =>
        ReferenceEquals(context.State.FindExecutor(executor.FrameworkId, executor.Id), executor) &&
        executor.QueuedTasks.TryGetValue(task.TaskId.Value, out TaskInfo? queued) &&
        ReferenceEquals(queued, task);

    [LoggerMessage(3105, LogLevel.Information, "Queued task '{Task}' for executor {Executor}")]
    private partial void LogQueued(string task, Executor executor);

    [LoggerMessage(3680, LogLevel.Error, "Dropping task '{Task}' of executor {Executor}, which cannot be written down: {Why}")]
    private partial void LogNotKept(string task, Executor executor, string why);
}
