using System.Collections.Concurrent;
using LibProcess.Metrics;
using LibProcess.Processes;

namespace LibProcess.Net;

/// <summary>The connections that other nodes and HTTP clients opened to this node.</summary>
internal sealed class InboundConnections(IInbound inbound, ProcessManagerOptions options, MetricsRegistry metrics) : IAsyncDisposable
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(500);

    private readonly InboundShared shared = new(inbound, options, metrics);
    private readonly ConcurrentDictionary<InboundConnection, Task> open = new();
    private int count;
    private volatile bool stopped;

    /// <summary>Serves a connection until it ends. Any thread; returns at once.</summary>
    public void Accept(IConnection connection)
    {
        if (Interlocked.Increment(ref count) > shared.Limits.MaxConnections || stopped)
        {
            Interlocked.Decrement(ref count);
            shared.Refused(connection.RemoteEndPoint);
            connection.Abort();
            _ = connection.DisposeAsync().AsTask();
            return;
        }

        shared.ConnectionsAccepted.Increment();
        shared.ConnectionsOpen.Increment();
        _ = ServeAsync(new InboundConnection(connection, shared));
    }

    /// <summary>Ends all connections, after the answers that can be written soon.</summary>
    public async ValueTask DisposeAsync()
    {
        stopped = true;
        foreach (InboundConnection connection in open.Keys)
        {
            await connection.RetireAsync().ConfigureAwait(false);
        }

        try
        {
            // Real time on purpose: a virtual clock may stand still while its node is taken down.
            await Task.WhenAll(open.Keys.Select(connection => connection.Answered)).WaitAsync(AnswerTime, shared.StopClock)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Clients that do not read, and streams that do not end.
        }

        foreach ((InboundConnection connection, Task ended) in open)
        {
            connection.Abort();
            await ended.ConfigureAwait(false);
        }
    }

    private async Task ServeAsync(InboundConnection connection)
    {
        var ended = new Futures.Promise<bool>();
        open.TryAdd(connection, ended.Task);
        try
        {
            if (stopped)
            {
                connection.Abort();
            }

            await connection.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            open.TryRemove(connection, out _);
            Interlocked.Decrement(ref count);
            shared.ConnectionsOpen.Increment(-1);
            ended.TrySet(true);
        }
    }
}
