using Mesos.Slave.Containerizer;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Executors;

/// <summary>Asks executors to end and kills those that do not.</summary>
/// <remarks>Upstream: <c>Slave::shutdownExecutor</c>, <c>_shutdownExecutor</c> and <c>shutdownExecutorTimeout</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class ExecutorShutdown(SlaveContext context, IContainerizer containerizer)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>Asks an executor that registers or runs to end; one that is ending already is left alone.</summary>
    public void ShutDown(Executor executor)
    {
        if (executor.Phase is not (ExecutorPhase.Registering or ExecutorPhase.Running))
        {
            return;
        }

        LogShuttingDown(executor);
        executor.Phase = ExecutorPhase.Terminating;
        if (executor.Pid is { } pid)
        {
            context.Actor.Send(pid, new ShutdownExecutorMessage());
        }

        string container = executor.ContainerId.Value;
        context.Actor.Delay(GracePeriod(executor.Info), () => KillLingering(executor.FrameworkId, executor.Id, container));
    }

    /// <summary>How long an executor may take to end.</summary>
    public TimeSpan GracePeriod(ExecutorInfo executor) => GracePeriod(executor, context.Options.ExecutorShutdownGracePeriod);

    /// <summary>How long an executor may take to end: what it says, else the default.</summary>
    public static TimeSpan GracePeriod(ExecutorInfo executor, TimeSpan byDefault) =>
        executor.ShutdownGracePeriod is { } own ? TimeSpan.FromTicks(Math.Max(0, own.Nanoseconds / 100)) : byDefault;

    private void KillLingering(string frameworkId, string executorId, string container)
    {
        if (state.FindExecutor(frameworkId, executorId) is { Phase: ExecutorPhase.Terminating } executor &&
            executor.ContainerId.Value == container)
        {
            LogKilling(executor);
            context.Actor.Run(() => containerizer.DestroyAsync(executor.ContainerId));
        }
    }

    [LoggerMessage(3201, LogLevel.Information, "Shutting down executor {Executor}")]
    private partial void LogShuttingDown(Executor executor);

    [LoggerMessage(3202, LogLevel.Information, "Killing executor {Executor}: it did not end in time")]
    private partial void LogKilling(Executor executor);
}
