using Mesos.Slave.Gc;
using Mesos.Slave.State;
using Mesos.Slave.StatusUpdates;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Executors;

/// <summary>Lets go of executors and frameworks that are over.</summary>
/// <remarks>Upstream: <c>Slave::removeExecutor</c>, <c>removeFramework</c> and <c>updateDrainStatus</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class Cleanup(SlaveContext context, ITaskStatusUpdateManager updates, Leftovers leftovers)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>Removes an executor whose container has ended.</summary>
    public void Remove(Framework framework, Executor executor)
    {
        LogRemovingExecutor(executor);
        framework.Executors.Remove(executor.Id);
        framework.CompletedExecutors.Add(executor);
        if (executor.IsCheckpointed)
        {
            context.Actor.RunDurably(() => context.Checkpoints.CompletedAsync(executor));
        }

        leftovers.RunEnded(executor);
    }

    /// <summary>Files a task away that has ended and whose updates are all acknowledged, or will never be.</summary>
    public void Complete(Framework framework, Executor executor, string taskId)
    {
        Proto.Task? forgotten = executor.Complete(taskId);
        leftovers.TaskEnded(executor, taskId);
        if (forgotten is not null)
        {
            leftovers.TaskForgotten(executor, forgotten.TaskId.Value, isWanted: framework.PendingTasks.ContainsKey(forgotten.TaskId.Value));
        }
    }

    /// <summary>Removes an executor that has ended and has no tasks left, or whose tasks nobody will ask for any more.</summary>
    public void RemoveIfDone(Framework framework, Executor executor)
    {
        // A run that is marked as complete is not looked at by the next agent: its updates would be forgotten.
        bool isGivenUp = framework.IsTerminating || (state.Phase == SlavePhase.Terminating && !state.IsLeftToNextRun);
        if (executor.Phase == ExecutorPhase.Terminated && (!executor.HasIncompleteTasks || isGivenUp))
        {
            Remove(framework, executor);
        }
    }

    /// <summary>Removes a framework without executors and accepted tasks.</summary>
    public void RemoveIfIdle(Framework framework)
    {
        if (!framework.IsIdle || !ReferenceEquals(state.FindFramework(framework.Id), framework))
        {
            return;
        }

        LogRemovingFramework(framework.Id);
        if (framework.IsTerminating)
        {
            // Nobody will acknowledge any more. Otherwise what the agent reported last is still to be delivered.
            ForgetUpdates(framework.Id);
        }

        state.Frameworks.Remove(framework.Id);
        state.CompletedFrameworks.Add(framework);
        leftovers.FrameworkEnded(framework.Id, framework.Info.Checkpoint);
        if (state.Frameworks.Count > 0)
        {
            return;
        }

        EndDrainIfEmpty();
        if (state.Phase == SlavePhase.Terminating)
        {
            context.Actor.End(failure: null);
        }
    }

    /// <summary>Nobody will acknowledge the updates of a framework any more.</summary>
    public void ForgetUpdates(string frameworkId)
    {
        updates.Cleanup(frameworkId);
        state.Unacknowledged.RemoveFramework(frameworkId);
    }

    /// <summary>An agent that drains is done when nothing runs and the outcome of every operation is acknowledged.</summary>
    public void EndDrainIfEmpty()
    {
        if (state.Drain is null || state.Frameworks.Count > 0 || state.Operations.Count > 0)
        {
            return;
        }

        state.Drain = null;
        state.DrainStart = null;
        context.Actor.RunDurably(() => context.Checkpoints.DrainAsync(null));
        LogDrained();
    }

    [LoggerMessage(3211, LogLevel.Information, "Cleaning up executor {Executor}")]
    private partial void LogRemovingExecutor(Executor executor);

    [LoggerMessage(3212, LogLevel.Information, "Cleaning up framework {Framework}")]
    private partial void LogRemovingFramework(string framework);

    [LoggerMessage(3213, LogLevel.Information, "Draining is complete")]
    private partial void LogDrained();
}
