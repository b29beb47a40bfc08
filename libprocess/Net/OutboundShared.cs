using LibProcess.Addressing;
using LibProcess.Diagnostics;
using LibProcess.Metrics;
using LibProcess.Processes;
using Microsoft.Extensions.Logging;

namespace LibProcess.Net;

/// <summary>What all connections that a node opens have in common.</summary>
internal sealed partial class OutboundShared(
    ITransport transport, ProcessManagerOptions options, MetricsRegistry metrics, CancellationToken stopping)
{
    private readonly ILogger logger = options.LoggerFactory.CreateLogger("LibProcess.Net");

    public ITransport Transport => transport;

    /// <summary>Cancelled when no connection is opened any more.</summary>
    public CancellationToken Stopping => stopping;

    public long MaxQueuedBytes => options.Limits.MaxQueuedBytesPerLink;

    public bool DropsNewest => options.Limits.QueueOverflow == QueueOverflow.DropNewest;

    public TimeSpan StopTimeout => options.StopTimeout;

    public TimeProvider Clock => options.Clock;

    /// <summary>The clock for the end of the node: a virtual one may stand still then, unless a simulation moves it.</summary>
    public TimeProvider StopClock => Scheduling.SimulatedThread.IsCurrent ? options.Clock : TimeProvider.System;

    public Scheduling.ProcessScheduler Scheduler => options.Scheduler;

    public Counter MessagesSent { get; } = metrics.AddCounter("libprocess/messages_sent");

    public Counter BytesSent { get; } = metrics.AddCounter("libprocess/bytes_sent");

    public Counter MessagesLost { get; } = metrics.AddCounter(DroppedMessages.Metric("connection_lost"));

    public Counter MessagesUnsendable { get; } = metrics.AddCounter(DroppedMessages.Metric("unsendable"));

    public Counter MessagesOverflowed { get; } = metrics.AddCounter("libprocess/messages_dropped/queue_full");

    public Counter LinksOpened { get; } = metrics.AddCounter("libprocess/links_opened");

    public Counter LinksBroken { get; } = metrics.AddCounter("libprocess/links_broken");

    public Counter LinksOverflowed { get; } = metrics.AddCounter("libprocess/links_overflowed");

    public Counter TemporaryOpened { get; } = metrics.AddCounter("libprocess/temporary_connections_opened");

    public void Unsendable(UPid to, string name, Exception? exception)
    {
        MessagesUnsendable.Increment();
        LogUnsendable(name, to, exception);
    }

    public void Lost(NetworkAddress address, bool isPersistent, int messages, string reason)
    {
        MessagesLost.Increment(messages);
        if (isPersistent && messages == 0)
        {
            LogLinkClosed(address, reason);
        }
        else if (isPersistent)
        {
            LogLinkLost(address, reason, messages);
        }
        else
        {
            LogSendFailed(address, reason, messages);
        }
    }

    [LoggerMessage(1030, LogLevel.Information, "The link to {Address} has ended: {Reason}")]
    private partial void LogLinkClosed(NetworkAddress address, string reason);

    [LoggerMessage(1031, LogLevel.Warning, "Lost the link to {Address}: {Reason}; {Messages} queued messages went with it")]
    private partial void LogLinkLost(NetworkAddress address, string reason, int messages);

    [LoggerMessage(1032, LogLevel.Warning, "Cannot send to {Address}: {Reason}; {Messages} messages are lost")]
    private partial void LogSendFailed(NetworkAddress address, string reason, int messages);

    [LoggerMessage(1033, LogLevel.Error, "Cannot send {Message} to {To}")]
    private partial void LogUnsendable(string message, UPid to, Exception? exception);
}
