using LibProcess.Addressing;
using Mesos.Slave.Executors;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Frameworks;

/// <summary>The master, or the end of the agent, ends frameworks and single executors.</summary>
/// <remarks>Upstream: <c>Slave::shutdownFramework</c> and <c>shutdownExecutor</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class FrameworkShutdown(SlaveContext context, ExecutorShutdown executors, Cleanup cleanup)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>The master has let go of a framework.</summary>
    public void ShutDown(UPid from, ShutdownFrameworkMessage message)
    {
        string frameworkId = message.FrameworkId.Value;
        if (Ignored(from) is { } reason)
        {
            Ignore($"framework {frameworkId}", from, reason);
        }
        else if (state.FindFramework(frameworkId) is { } framework)
        {
            ShutDown(framework);
        }
        else
        {
            // It may have nothing here but updates that are still told again and again.
            cleanup.ForgetUpdates(frameworkId);
        }
    }

    /// <summary>A scheduler wants one of its executors gone.</summary>
    public void ShutDown(UPid from, ShutdownExecutorMessage message)
    {
        string? executorId = message.ExecutorId?.Value;
        Framework? framework = state.FindFramework(message.FrameworkId?.Value);
        string? reason = Ignored(from) ?? (framework is null ? "the framework is unknown" : framework.IsTerminating ? "the framework is terminating" : null);
        if (reason is not null)
        {
            Ignore($"executor '{executorId}' of framework {message.FrameworkId?.Value}", from, reason);
        }
        else if (executorId is not null && framework!.Executors.TryGetValue(executorId, out Executor? executor))
        {
            executors.ShutDown(executor);
        }
        else
        {
            Ignore($"executor '{executorId}' of framework {framework!.Id}", from, "it is unknown");
        }
    }

    /// <summary>Ends a framework; it is gone when its last executor is.</summary>
    public void ShutDown(Framework framework)
    {
        if (framework.IsTerminating)
        {
            return;
        }

        LogShuttingDown(framework.Id);
        framework.IsTerminating = true;
        framework.PendingTasks.Clear();
        foreach (Executor executor in framework.Executors.Values.ToArray())
        {
            if (executor.Phase == ExecutorPhase.Terminated)
            {
                // It waited for acknowledgements that will not come.
                cleanup.Remove(framework, executor);
            }
            else
            {
                executors.ShutDown(executor);
            }
        }

        cleanup.RemoveIfIdle(framework);
    }

    private string? Ignored(UPid from) =>
        from != state.Master ? "the sender is not the leading master" :
        state.Phase == SlavePhase.Disconnected ? "the agent is not registered" : null;

    private void Ignore(string what, UPid from, string why)
    {
        context.Metrics.DroppedMessages.Increment();
        LogIgnoring(what, from, why);
    }

    [LoggerMessage(3121, LogLevel.Information, "Shutting down framework {Framework}")]
    private partial void LogShuttingDown(string framework);

    [LoggerMessage(3122, LogLevel.Warning, "Ignoring the shutdown of {What} from {From}: {Why}")]
    private partial void LogIgnoring(string what, UPid from, string why);
}
