using LibProcess.Addressing;
using Mesos.Slave.State;
using Mesos.Slave.StatusUpdates;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Executors;

/// <summary>Executors that introduce themselves.</summary>
/// <remarks>Upstream: <c>Slave::registerExecutor</c> and <c>reregisterExecutor</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class ExecutorRegistration(
    SlaveContext context, ContainerUpdates containers, StatusUpdateHandling updates, ExecutorShutdown shutdown, TaskDelivery delivery)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>An executor is ready for its tasks.</summary>
    public void Register(UPid from, RegisterExecutorMessage message)
    {
        (string frameworkId, string executorId) = (message.FrameworkId.Value, message.ExecutorId.Value);
        if (Unexpected(frameworkId, executorId, out Framework? framework, out Executor? executor) is { } reason)
        {
            TurnAway(from, frameworkId, executorId, reason);
            return;
        }

        if (executor!.Phase != ExecutorPhase.Registering || executor.Pid is not null)
        {
            TurnAway(from, frameworkId, executorId, executor.Phase == ExecutorPhase.Registering ? "one has registered already" : $"it is in state {executor.Phase}");
            return;
        }

        LogRegistered(executor, from);
        executor.Pid = from;
        context.Actor.Link(from);
        context.Actor.RunDurably(() => AnswerAsync(from, framework!, executor));
    }

    private async Task AnswerAsync(UPid from, Framework framework, Executor executor)
    {
        // An agent that comes back must know where to find it. Until then nothing may reach it: its driver expects the answer first.
        await context.Checkpoints.LibprocessPidAsync(framework, executor);
        if (executor.Phase != ExecutorPhase.Registering || !ReferenceEquals(state.FindExecutor(framework.Id, executor.Id), executor))
        {
            return;
        }

        executor.Phase = ExecutorPhase.Running;

        if (!executor.EverSentTask && executor.QueuedTasks.Count == 0)
        {
            // Executors for one task wait for it for ever.
            LogNothingToDo(executor);
            shutdown.ShutDown(executor);
            return;
        }

        context.Actor.Send(from, new ExecutorRegisteredMessage
        {
            ExecutorInfo = executor.Info.Clone(),
            FrameworkId = new FrameworkID { Value = framework.Id },
            FrameworkInfo = framework.Info.Clone(),
            SlaveId = state.Info.Id.Clone(),
            SlaveInfo = state.Info.Clone(),
        });
        delivery.Deliver(executor);
    }

    /// <summary>An executor has outlived the agent, and tells what it has not confirmed yet.</summary>
    public void Reregister(UPid from, ReregisterExecutorMessage message)
    {
        (string frameworkId, string executorId) = (message.FrameworkId.Value, message.ExecutorId.Value);
        if (Unexpected(frameworkId, executorId, out Framework? framework, out Executor? executor, mayRecover: true) is { } reason)
        {
            TurnAway(from, frameworkId, executorId, reason);
            return;
        }

        if (executor!.Phase == ExecutorPhase.Running && context.Options.ExecutorReregistrationRetryInterval is not null)
        {
            // It answers the second request as well.
            LogAlreadyBack(executor, from);
            return;
        }

        if (executor.Phase != ExecutorPhase.Registering)
        {
            TurnAway(from, frameworkId, executorId, $"it is in state {executor.Phase}");
            return;
        }

        LogReregistered(executor, from);
        executor.Phase = ExecutorPhase.Running;
        executor.Pid = from;
        context.Actor.Link(from);
        context.Actor.Send(from, new ExecutorReregisteredMessage { SlaveId = state.Info.Id.Clone(), SlaveInfo = state.Info.Clone() });
        foreach (StatusUpdate update in message.Updates)
        {
            updates.FromExecutor(update, from);
        }

        context.Actor.RunDurably(() => context.Checkpoints.LibprocessPidAsync(framework!, executor));
        context.Actor.Run(() => containers.UpdateAsync(executor));
        DropWhatNeverArrived(framework!, executor, message);
        if (!executor.EverSentTask && executor.QueuedTasks.Count == 0)
        {
            LogNothingToDo(executor);
            shutdown.ShutDown(executor);
        }
    }

    /// <summary>Tasks that were written down, but whose executor never got them.</summary>
    private void DropWhatNeverArrived(Framework framework, Executor executor, ReregisterExecutorMessage message)
    {
        HashSet<string> arrived = [.. message.Tasks.Select(static task => task.TaskId.Value), .. message.Updates.Select(static update => update.Status.TaskId.Value)];
        foreach (Proto.Task task in executor.LaunchedTasks.Values.ToArray())
        {
            if (task.State == TaskState.TaskStaging && !arrived.Contains(task.TaskId.Value))
            {
                updates.Report(
                    framework,
                    task.TaskId.Value,
                    DroppedTasks.StateFor(framework.IsPartitionAware),
                    Reason.SlaveRestarted,
                    "Task launched during agent restart",
                    executor.Id);
            }
        }
    }

    private string? Unexpected(
        string frameworkId, string executorId, out Framework? framework, out Executor? executor, bool mayRecover = false)
    {
        executor = null;
        framework = state.FindFramework(frameworkId);
        if (state.Phase == SlavePhase.Terminating)
        {
            return "the agent is terminating";
        }

        if (state.Phase == SlavePhase.Recovering && !mayRecover)
        {
            return "the agent is still recovering";
        }

        if (framework is null)
        {
            return "the framework is unknown";
        }

        if (framework.IsTerminating)
        {
            return "the framework is terminating";
        }

        return framework.Executors.TryGetValue(executorId, out executor) ? null : "it was not launched by this agent";
    }

    private void TurnAway(UPid from, string frameworkId, string executorId, string reason)
    {
        LogTurningAway(executorId, frameworkId, from, reason);
        context.Metrics.DroppedMessages.Increment();
        context.Actor.Send(from, new ShutdownExecutorMessage());
    }

    [LoggerMessage(3241, LogLevel.Information, "Executor {Executor} has registered from {From}")]
    private partial void LogRegistered(Executor executor, UPid from);

    [LoggerMessage(3242, LogLevel.Warning, "Shutting down executor '{Executor}' of framework {Framework} at {From}: {Why}")]
    private partial void LogTurningAway(string executor, string framework, UPid from, string why);

    [LoggerMessage(3244, LogLevel.Information, "Executor {Executor} is back, at {From}")]
    private partial void LogReregistered(Executor executor, UPid from);

    [LoggerMessage(3245, LogLevel.Information, "Executor {Executor} at {From} came back again")]
    private partial void LogAlreadyBack(Executor executor, UPid from);

    [LoggerMessage(3243, LogLevel.Warning, "Executor {Executor} has registered, but all its tasks were killed meanwhile")]
    private partial void LogNothingToDo(Executor executor);
}
