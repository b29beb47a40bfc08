using LibProcess.Addressing;
using Mesos.Slave.Executors;
using Mesos.Slave.State;
using Mesos.Slave.StatusUpdates;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Run;

/// <summary>Kills of tasks, wherever the task is at that moment.</summary>
/// <remarks>Upstream: <c>Slave::killTask</c>, <c>killPendingTask</c> and <c>kill</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class TaskKill(SlaveContext context, StatusUpdateHandling updates, ExecutorShutdown shutdown)
{
    private const string KilledBeforeDelivery = "Killed before delivery to the executor";

    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>The master wants a task killed.</summary>
    public void KillTask(UPid from, KillTaskMessage message)
    {
        string taskId = message.TaskId.Value;
        if (Ignored(from, message.FrameworkId.Value, out Framework? framework) is { } reason)
        {
            context.Metrics.DroppedMessages.Increment();
            LogIgnoring(taskId, from, reason);
            return;
        }

        LogKilling(taskId, framework!.Id);
        if (framework.PendingTasks.TryGetValue(taskId, out PendingTask? pending))
        {
            KillPending(framework, taskId, pending.ExecutorId);
        }
        else if (framework.FindExecutorOfTask(taskId) is { } executor)
        {
            Kill(framework, executor, taskId, message.KillPolicy);
        }
        else
        {
            updates.Report(
                framework, taskId, DroppedTasks.StateFor(framework.IsPartitionAware), Reason.ExecutorTerminated, "Cannot find executor");
        }
    }

    /// <summary>Kills a task that has no executor yet.</summary>
    public void KillPending(Framework framework, string taskId, string executorId) =>
        updates.Report(framework, taskId, TaskState.TaskKilled, Reason.TaskKilledDuringLaunch, KilledBeforeDelivery, executorId);

    /// <summary>Kills a task that waits for its executor, or asks the executor to.</summary>
    public void Kill(Framework framework, Executor executor, string taskId, KillPolicy? policy)
    {
        switch (executor.Phase)
        {
            case ExecutorPhase.Registering:
                updates.Report(framework, taskId, TaskState.TaskKilled, Reason.TaskKilledDuringLaunch, KilledBeforeDelivery, executor.Id);
                break;
            case ExecutorPhase.Running when executor.QueuedTasks.ContainsKey(taskId):
                updates.Report(framework, taskId, TaskState.TaskKilled, Reason.TaskKilledDuringLaunch, KilledBeforeDelivery, executor.Id);
                if (!executor.EverSentTask && executor.QueuedTasks.Count == 0)
                {
                    LogNothingToDo(executor);
                    shutdown.ShutDown(executor);
                }

                break;
            case ExecutorPhase.Running:
                context.Actor.Send(executor.Pid!, new KillTaskMessage
                {
                    FrameworkId = new FrameworkID { Value = framework.Id },
                    TaskId = new TaskID { Value = taskId },
                    KillPolicy = policy?.Clone(),
                });
                break;
            default:
                LogEndingAnyway(taskId, executor);
                break;
        }
    }

    private string? Ignored(UPid from, string frameworkId, out Framework? framework)
    {
        framework = state.FindFramework(frameworkId);
        if (from != state.Master)
        {
            return "the sender is not the leading master";
        }

        if (state.Phase == SlavePhase.Terminating)
        {
            return "the agent is terminating";
        }

        return framework is null ? "the framework is unknown" : framework.IsTerminating ? "the framework is terminating" : null;
    }

    [LoggerMessage(3111, LogLevel.Information, "Asked to kill task '{Task}' of framework {Framework}")]
    private partial void LogKilling(string task, string framework);

    [LoggerMessage(3112, LogLevel.Warning, "Ignoring the kill of task '{Task}' from {From}: {Why}")]
    private partial void LogIgnoring(string task, UPid from, string why);

    [LoggerMessage(3113, LogLevel.Warning, "Shutting down executor {Executor}: all its tasks were killed before it got one")]
    private partial void LogNothingToDo(Executor executor);

    [LoggerMessage(3114, LogLevel.Information, "Not killing task '{Task}': executor {Executor} is ending anyway")]
    private partial void LogEndingAnyway(string task, Executor executor);
}
