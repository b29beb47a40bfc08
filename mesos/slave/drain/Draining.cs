using LibProcess.Addressing;
using Mesos.Slave.Executors;
using Mesos.Slave.Run;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Drain;

/// <summary>Empties the agent: every task is killed, none is taken until all frameworks are gone.</summary>
/// <remarks>Upstream: <c>Slave::drain</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class Draining(SlaveContext context, TaskKill kills, Cleanup cleanup)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>The operator empties this agent. May come before the answer to a registration.</summary>
    public void Drain(UPid from, DrainSlaveMessage message)
    {
        if (from != state.Master || state.Phase == SlavePhase.Terminating)
        {
            context.Metrics.DroppedMessages.Increment();
            LogIgnoring(from);
            return;
        }

        if (state.Frameworks.Count == 0 && state.Operations.Count == 0)
        {
            LogNothingToDo();
            cleanup.EndDrainIfEmpty();
            return;
        }

        LogDraining(state.Executors.Sum(static executor => executor.QueuedTasks.Count + executor.LaunchedTasks.Count));
        DrainConfig config = state.Drain = message.Config;
        context.Actor.RunDurably(() => context.Checkpoints.DrainAsync(config));
        Apply(config);
    }

    /// <summary>Goes on with the draining that an earlier run of the agent had begun.</summary>
    public void Replay()
    {
        if (state.Drain is { } config)
        {
            Apply(config);

            // What was left to end may have ended with the earlier run.
            cleanup.EndDrainIfEmpty();
        }
    }

    private void Apply(DrainConfig config)
    {
        state.DrainStart = context.Actor.Now;
        foreach (Framework framework in state.Frameworks.Values.Where(static framework => !framework.IsTerminating).ToArray())
        {
            Drain(framework, config);
        }
    }

    private void Drain(Framework framework, DrainConfig config)
    {
        foreach ((string taskId, PendingTask pending) in framework.PendingTasks.ToArray())
        {
            kills.KillPending(framework, taskId, pending.ExecutorId);
        }

        foreach (Executor executor in framework.Executors.Values.ToArray())
        {
            foreach ((string taskId, Proto.Task task) in executor.LaunchedTasks.ToArray())
            {
                kills.Kill(framework, executor, taskId, DrainRules.Override(task.KillPolicy, config));
            }

            foreach ((string taskId, TaskInfo task) in executor.QueuedTasks.ToArray())
            {
                kills.Kill(framework, executor, taskId, DrainRules.Override(task.KillPolicy, config));
            }
        }
    }

    [LoggerMessage(3151, LogLevel.Information, "Draining: {Tasks} tasks are to be killed")]
    private partial void LogDraining(int tasks);

    [LoggerMessage(3152, LogLevel.Information, "Asked to drain, but nothing runs here")]
    private partial void LogNothingToDo();

    [LoggerMessage(3153, LogLevel.Warning, "Ignoring a request to drain from {From}: it is not the leading master, or the agent is terminating")]
    private partial void LogIgnoring(UPid from);
}
