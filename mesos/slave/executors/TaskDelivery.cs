using LibProcess.Addressing;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Executors;

/// <summary>Hands queued tasks to a running executor.</summary>
/// <remarks>Upstream: <c>Slave::___run</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class TaskDelivery(SlaveContext context, ContainerUpdates containers)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>Lets the container have what the queued tasks need and sends those that are still wanted then, in order.</summary>
    /// <remarks>
    /// Until they are written down the tasks stay queued, so that they can be killed without the executor. One round after the other:
    /// a task never overtakes another, and those that come meanwhile share the next round.
    /// </remarks>
    public void Deliver(Executor executor)
    {
        if (executor.IsBeingServed)
        {
            return;
        }

        executor.IsBeingServed = true;
        context.Actor.RunDurably(async () =>
        {
            try
            {
                while (await DeliverQueuedAsync(executor))
                {
                }
            }
            finally
            {
                executor.IsBeingServed = false;
            }
        });
    }

    /// <returns>Whether there may be more to deliver.</returns>
    private async Task<bool> DeliverQueuedAsync(Executor executor)
    {
        TaskInfo[] tasks = [.. executor.QueuedTasks.Values];
        Task? kept = executor.TasksKept;
        if (tasks.Length == 0 || kept is null || !await containers.UpdateAsync(executor))
        {
            return false;
        }

        try
        {
            await kept;
        }
        catch (IOException)
        {
            // A task that could not be written down is not queued any more.
        }

        if (Find(executor) is not { } framework)
        {
            return false;
        }

        foreach (TaskInfo task in tasks)
        {
            if (executor.QueuedTasks.TryGetValue(task.TaskId.Value, out TaskInfo? queued) && ReferenceEquals(queued, task))
            {
                Send(framework, executor, task);
            }
        }

        return true;
    }

    /// <summary>The framework of an executor that takes tasks.</summary>
    private Framework? Find(Executor executor) =>
        state.FindFramework(executor.FrameworkId) is { IsTerminating: false } framework &&
        framework.Executors.TryGetValue(executor.Id, out Executor? current) &&
        ReferenceEquals(current, executor) &&
        executor.Phase == ExecutorPhase.Running
            ? framework
            : null;

    private void Send(Framework framework, Executor executor, TaskInfo task)
    {
        executor.Launch(task);
        LogSending(task.TaskId.Value, executor);
        context.Actor.Send(executor.Pid!, new RunTaskMessage
        {
            Framework = framework.Info.Clone(),
            Task = task.Clone(),
            Pid = (framework.Pid ?? UPid.Empty).ToString(),
        });
    }

    [LoggerMessage(3251, LogLevel.Information, "Sending task '{Task}' to executor {Executor}")]
    private partial void LogSending(string task, Executor executor);
}
