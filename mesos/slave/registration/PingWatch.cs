using LibProcess.Addressing;
using LibProcess.Time;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Registration;

/// <summary>Answers pings, and notices a master that has fallen silent.</summary>
/// <remarks>Upstream: <c>Slave::ping</c> and <c>pingTimeout</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class PingWatch(SlaveContext context, Action redetect)
{
    /// <summary>The silence after which the master is taken for gone, where the master does not say: 5 pings of 15 seconds.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(75);

    private readonly ILogger logger = context.Logger;
    private TimeSpan timeout = DefaultTimeout;
    private ProcessTimer? timer;

    /// <summary>A ping of the master's observer. Answered in any state, so that an agent that is slow to register is not given up.</summary>
    public void Ping(UPid from, PingSlaveMessage message)
    {
        context.Actor.Send(from, new PongSlaveMessage());
        if (!message.Connected && context.State.Phase == SlavePhase.Running)
        {
            LogMasterThinksDisconnected();
            redetect();
            return;
        }

        Restart();
    }

    /// <summary>The agent has registered: from now on the master has to ping.</summary>
    public void Registered(MasterSlaveConnection? connection)
    {
        timeout = connection is { HasTotalPingTimeoutSeconds: true, TotalPingTimeoutSeconds: > 0 and < 1e9 }
            ? TimeSpan.FromSeconds(Math.Floor(connection.TotalPingTimeoutSeconds))
            : DefaultTimeout;
        Restart();
    }

    private void Restart()
    {
        timer?.Dispose();
        timer = context.Actor.Delay(timeout, () =>
        {
            if (context.State.Phase == SlavePhase.Running)
            {
                LogSilence(timeout);
                redetect();
            }
        });
    }

    [LoggerMessage(3011, LogLevel.Information, "The master takes this agent for disconnected; registering again")]
    private partial void LogMasterThinksDisconnected();

    [LoggerMessage(3012, LogLevel.Warning, "No ping from the master within {Timeout}; detecting again")]
    private partial void LogSilence(TimeSpan timeout);
}
