using LibProcess.Addressing;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Executors;

/// <summary>Executors that introduce themselves.</summary>
/// <remarks>Upstream: <c>Slave::registerExecutor</c> and <c>reregisterExecutor</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class ExecutorRegistration(SlaveContext context, ExecutorShutdown shutdown, TaskDelivery delivery)
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

        if (executor!.Phase != ExecutorPhase.Registering)
        {
            TurnAway(from, frameworkId, executorId, $"it is in state {executor.Phase}");
            return;
        }

        LogRegistered(executor, from);
        executor.Phase = ExecutorPhase.Running;
        executor.Pid = from;
        context.Actor.Link(from);
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
            FrameworkId = new FrameworkID { Value = framework!.Id },
            FrameworkInfo = framework.Info.Clone(),
            SlaveId = state.Info.Id.Clone(),
            SlaveInfo = state.Info.Clone(),
        });
        delivery.Deliver(executor, [.. executor.QueuedTasks.Values]);
    }

    /// <summary>An executor believes that the agent has been restarted. None is waited for: it is not known any more, or registered already.</summary>
    public void Reregister(UPid from, ReregisterExecutorMessage message)
    {
        (string frameworkId, string executorId) = (message.FrameworkId.Value, message.ExecutorId.Value);
        string reason = Unexpected(frameworkId, executorId, out _, out Executor? executor) ?? $"it is in state {executor!.Phase}";
        TurnAway(from, frameworkId, executorId, reason);
    }

    private string? Unexpected(string frameworkId, string executorId, out Framework? framework, out Executor? executor)
    {
        executor = null;
        framework = state.FindFramework(frameworkId);
        if (state.Phase == SlavePhase.Terminating)
        {
            return "the agent is terminating";
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

    [LoggerMessage(3243, LogLevel.Warning, "Executor {Executor} has registered, but all its tasks were killed meanwhile")]
    private partial void LogNothingToDo(Executor executor);
}
