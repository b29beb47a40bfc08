using LibProcess.Futures;
using Mesos.Slave.Containerizer;
using Mesos.Slave.Executors;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Recovery;

/// <summary>Gives executors that outlived the agent the chance to come back, and kills those that do not.</summary>
/// <remarks>Upstream: <c>Slave::_recover</c> and <c>reregisterExecutorTimeout</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class ExecutorReconnection(SlaveContext context, IContainerizer containerizer, ExecutorShutdown shutdown)
{
    private const string NoApi = "; it speaks the v1 API, which this agent does not support yet";

    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>Completes when every executor is back, or is being killed.</summary>
    public async Task RunAsync(IEnumerable<Executor> executors)
    {
        Executor[] all = [.. executors];
        if (all.Length == 0)
        {
            return;
        }

        if (context.Options.Recover == SlaveRecovery.Cleanup)
        {
            foreach (Executor executor in all)
            {
                End(executor);
            }

            return;
        }

        foreach (Executor executor in all)
        {
            Reconnect(executor);
        }

        var timeout = new Promise<bool>();
        context.Actor.Delay(context.Options.ExecutorReregistrationTimeout, () => timeout.TrySet(true));
        await timeout.Task;
        foreach (Executor executor in all)
        {
            KillIfSilent(executor);
        }
    }

    private void Reconnect(Executor executor)
    {
        if (!IsAwaited(executor))
        {
            return;
        }

        if (executor.Pid is not { } pid)
        {
            if (executor.SpeaksHttp)
            {
                LogSpeaksHttp(executor);
            }
            else
            {
                LogNeverRegistered(executor);
            }

            return;
        }

        LogReconnecting(executor);
        context.Actor.Send(pid, new ReconnectExecutorMessage { SlaveId = state.Info.Id.Clone() });
        if (context.Options.ExecutorReregistrationRetryInterval is { } interval)
        {
            context.Actor.Delay(interval, () => Reconnect(executor));
        }
    }

    private void End(Executor executor)
    {
        if (executor.Pid is not null)
        {
            shutdown.ShutDown(executor);
        }
        else
        {
            executor.Phase = ExecutorPhase.Terminating;
            context.Actor.Run(() => containerizer.DestroyAsync(executor.ContainerId));
        }
    }

    private void KillIfSilent(Executor executor)
    {
        if (!IsAwaited(executor))
        {
            return;
        }

        string timeout = Common.Values.Duration.FromTimeSpan(context.Options.ExecutorReregistrationTimeout).ToString();
        LogSilent(executor, timeout);
        bool partitionAware = state.FindFramework(executor.FrameworkId)!.IsPartitionAware;
        executor.Phase = ExecutorPhase.Terminating;
        executor.PendingTermination = new ContainerTermination(
            State: partitionAware ? TaskState.TaskGone : TaskState.TaskLost,
            Reason: Reason.ExecutorReregistrationTimeout,
            Message: $"Executor did not reregister within {timeout}" + (executor.SpeaksHttp ? NoApi : ""));
        context.Actor.Run(() => containerizer.DestroyAsync(executor.ContainerId));
    }

    private bool IsAwaited(Executor executor) =>
        state.Phase == SlavePhase.Recovering &&
        executor.Phase == ExecutorPhase.Registering &&
        ReferenceEquals(state.FindExecutor(executor.FrameworkId, executor.Id), executor);

    [LoggerMessage(3711, LogLevel.Information, "Asking executor {Executor} to come back")]
    private partial void LogReconnecting(Executor executor);

    [LoggerMessage(3712, LogLevel.Information, "Executor {Executor} never said where it is reached; it is killed unless it comes by itself")]
    private partial void LogNeverRegistered(Executor executor);

    [LoggerMessage(3714, LogLevel.Warning, "Executor {Executor} speaks the v1 API, which this agent does not support yet; it is killed when the others had time to come back")]
    private partial void LogSpeaksHttp(Executor executor);

    [LoggerMessage(3713, LogLevel.Warning, "Killing executor {Executor}: it did not come back within {Timeout}")]
    private partial void LogSilent(Executor executor, string timeout);
}
