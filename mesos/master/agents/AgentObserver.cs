using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Proto.Internal;
using Microsoft.Extensions.Logging;

namespace Mesos.Master.Agents;

/// <summary>Pings one agent; asks the master to mark it unreachable when it stays silent.</summary>
/// <remarks>
/// Upstream: <c>SlaveObserver</c> in src/master/master.cpp. It goes on pinging after it asked: an agent that answers before it
/// is marked stays.
/// </remarks>
internal sealed partial class AgentObserver(
    ProcessManager manager,
    UPid agent,
    TimeSpan pingTimeout,
    int maxTimeouts,
    Action markUnreachable,
    ILogger logger)
    : ProcessBase(manager, manager.Ids.Generate("slave-observer"))
{
    private UPid agent = agent;
    private bool connected = true;
    private bool awaitingPong;
    private int missed;

    /// <summary>The link to the agent broke: pings say so, which makes an agent that still runs register again. Any thread.</summary>
    public void Disconnected() => Dispatch(() => connected = false);

    /// <summary>The agent is back, perhaps on another port. Any thread.</summary>
    public void Reconnected(UPid pid) => Dispatch(() => (connected, agent) = (true, pid));

    protected override void Initialize()
    {
        Install<PongSlaveMessage>(OnPong);
        Ping();
    }

    private void Ping()
    {
        Send(agent, new PingSlaveMessage { Connected = connected });
        awaitingPong = true;
        Delay(pingTimeout, OnTimeout);
    }

    private void OnPong(UPid from, PongSlaveMessage message)
    {
        if (from == agent)
        {
            (awaitingPong, missed) = (false, 0);
        }
    }

    private void OnTimeout()
    {
        if (awaitingPong && ++missed >= maxTimeouts)
        {
            LogSilent(agent, missed);
            markUnreachable();
        }

        Ping();
    }

    [LoggerMessage(2101, LogLevel.Warning, "Agent at {Agent} did not answer {Missed} pings in a row")]
    private partial void LogSilent(UPid agent, int missed);
}
