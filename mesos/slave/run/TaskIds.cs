using Mesos.Slave.Executors;
using Mesos.Slave.Gc;
using Mesos.Slave.State;
using Mesos.Slave.StatusUpdates;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Run;

/// <summary>Tasks whose id an earlier task had, or has.</summary>
/// <remarks>
/// The master gives an id away again as soon as it has passed on the last acknowledgement of the task before, so a launch may come right
/// behind it. The original does not look, and mixes the two up.
/// </remarks>
internal sealed partial class TaskIds(
    SlaveContext context,
    StatusUpdateHandling updates,
    StatusUpdateForwarding acknowledgements,
    ITaskStatusUpdateManager manager,
    Leftovers leftovers,
    Cleanup cleanup)
{
    private readonly ILogger logger = context.Logger;

    /// <summary>Whether a task of that id may go on without waiting for anything.</summary>
    public bool IsFree(Framework framework, string executorId, string taskId) =>
        framework.FindExecutorOfTask(taskId) is null &&
        !(framework.Executors.TryGetValue(executorId, out Executor? executor) && leftovers.HasRecord(executor, taskId));

    /// <summary>Waits until an earlier task of that id is over and done with.</summary>
    /// <returns>The executor that has a task of that id which is not over, or null.</returns>
    public async Task<Executor?> FreeAsync(Framework framework, string executorId, string taskId)
    {
        await acknowledgements.SettledAsync(framework.Id, taskId);
        if (framework.FindExecutorOfTask(taskId) is { } owner)
        {
            if (!owner.TerminatedTasks.ContainsKey(taskId))
            {
                return owner;
            }

            // The master would not give its id away if it did not know how it ended.
            LogNotAcknowledged(taskId, owner);
            manager.Forget(framework.Id, taskId);
            context.State.Unacknowledged.RemoveTask(framework.Id, taskId);
            cleanup.Complete(framework, owner, taskId);
            cleanup.RemoveIfDone(framework, owner);
        }

        if (framework.Executors.TryGetValue(executorId, out Executor? executor) && leftovers.HasRecord(executor, taskId))
        {
            await leftovers.RemoveRecordAsync(executor, taskId);
        }

        return null;
    }

    /// <summary>
    /// A task whose id is in use does not start; the one that has the id goes on, and the framework is told how far it is. Of one that
    /// has not reported yet it hears soon.
    /// </summary>
    public void TellInUse(Framework framework, Executor owner, string taskId)
    {
        const string InUse = "A task of that id exists already and goes on";
        context.Metrics.DroppedMessages.Increment();
        LogInUse(taskId, framework.Id);
        if (owner.LaunchedTasks.TryGetValue(taskId, out Proto.Task? task) && task.Statuses.Count > 0)
        {
            updates.Report(framework, taskId, task.State, Reason.TaskInvalid, InUse, owner.Id);
        }
    }

    [LoggerMessage(3683, LogLevel.Warning, "Not launching task '{Task}' of framework {Framework}: a task of that id exists already and goes on")]
    private partial void LogInUse(string task, string framework);

    [LoggerMessage(3684, LogLevel.Warning, "The last update of a task '{Task}' of executor {Executor} was not acknowledged, but its id is used again")]
    private partial void LogNotAcknowledged(string task, Executor executor);
}
