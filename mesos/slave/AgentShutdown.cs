using LibProcess.Addressing;
using Mesos.Slave.Frameworks;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave;

/// <summary>Ends the agent in an orderly way: executors first.</summary>
/// <remarks>Upstream: <c>Slave::shutdown</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class AgentShutdown(SlaveContext context, FrameworkShutdown frameworks)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>The master refuses this agent, or the operator had it marked gone or down.</summary>
    public void ByMaster(UPid from, ShutdownMessage message)
    {
        if (from != state.Master)
        {
            context.Metrics.DroppedMessages.Increment();
            LogIgnoring(from);
            return;
        }

        LogAsked(from, message.Message);
        Begin();
    }

    /// <summary>Whoever started the agent wants it to end.</summary>
    /// <param name="unregister">Whether the master is told not to wait for this agent.</param>
    public void ByOwner(bool unregister)
    {
        LogEnding();
        if (unregister && state is { Master: { } master, Info.Id: { } id })
        {
            context.Actor.Send(master, new UnregisterSlaveMessage { SlaveId = id.Clone() });
        }

        Begin();
    }

    /// <summary>The agent goes and comes back: executors that outlast it stay, the others end with it; all do where it was ending already.</summary>
    public void Leave()
    {
        LogLeaving();
        context.Actor.End(failure: null, leaveExecutors: true);
    }

    private void Begin()
    {
        if (state.Phase == SlavePhase.Terminating)
        {
            return;
        }

        state.Phase = SlavePhase.Terminating;
        foreach (Framework framework in state.Frameworks.Values.ToArray())
        {
            frameworks.ShutDown(framework);
        }

        if (state.Frameworks.Count == 0)
        {
            context.Actor.End(failure: null);
        }
    }

    [LoggerMessage(3041, LogLevel.Warning, "Ignoring a request to shut down from {From}: it is not the leading master")]
    private partial void LogIgnoring(UPid from);

    [LoggerMessage(3042, LogLevel.Warning, "Asked to shut down by {From}: {Why}")]
    private partial void LogAsked(UPid from, string why);

    [LoggerMessage(3044, LogLevel.Information, "Ending; executors of frameworks with checkpoints go on and wait for the agent to come back")]
    private partial void LogLeaving();

    [LoggerMessage(3043, LogLevel.Information, "Shutting down")]
    private partial void LogEnding();
}
