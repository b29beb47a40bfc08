using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Processes;
using Mesos.Proto.Internal;
using Microsoft.Extensions.Logging;

namespace Mesos.Master.Agents;

/// <summary>How agents are pinged.</summary>
/// <param name="Timeout">The wait for each answer.</param>
/// <param name="MaxTimeouts">How many answers in a row may be missing.</param>
/// <param name="Limiter">Slows down the loss of agents; null where it is not to be slowed down.</param>
internal sealed record PingOptions(TimeSpan Timeout, int MaxTimeouts, RateLimiter? Limiter);

/// <summary>Pings one agent; asks the master to mark it unreachable when it stays silent.</summary>
/// <remarks>
/// Upstream: <c>SlaveObserver</c> in src/master/master.cpp. It goes on pinging after it asked: an agent that answers before it
/// is marked stays.
/// </remarks>
internal sealed partial class AgentObserver(
    ProcessManager manager,
    UPid agent,
    PingOptions options,
    Action markUnreachable,
    MasterMetrics metrics,
    ILogger logger)
    : ProcessBase(manager, manager.Ids.Generate("slave-observer"))
{
    private UPid agent = agent;
    private bool connected = true;
    private bool awaitingPong;
    private int missed;
    private Action? takeBack;

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
        Delay(options.Timeout, OnTimeout);
    }

    private void OnPong(UPid from, PongSlaveMessage message)
    {
        if (from == agent)
        {
            (awaitingPong, missed) = (false, 0);
            takeBack?.Invoke();
        }
    }

    private void OnTimeout()
    {
        if (awaitingPong && ++missed >= options.MaxTimeouts && takeBack is null)
        {
            LogSilent(agent, missed);
            metrics.UnreachableScheduled.Increment();
            Run(MarkAsync);
        }

        Ping();
    }

    protected override void OnTerminate() => takeBack?.Invoke();

    /// <summary>Waits for its turn; an answer of the agent in the meantime takes it back.</summary>
    private async Task MarkAsync()
    {
        using var cancellation = new CancellationTokenSource();
        takeBack = cancellation.Cancel;
        try
        {
            await (options.Limiter?.AcquireAsync(cancellation.Token) ?? Task.CompletedTask);
            metrics.UnreachableCompleted.Increment();
            markUnreachable();
        }
        catch (OperationCanceledException)
        {
            metrics.UnreachableCanceled.Increment();
            LogAnswered(agent);
        }
        finally
        {
            takeBack = null;
        }
    }

    [LoggerMessage(2102, LogLevel.Information, "Agent at {Agent} answered before it was marked unreachable")]
    private partial void LogAnswered(UPid agent);

    [LoggerMessage(2101, LogLevel.Warning, "Agent at {Agent} did not answer {Missed} pings in a row")]
    private partial void LogSilent(UPid agent, int missed);
}
