using System.Collections.Concurrent;
using System.Net;
using LibProcess.Metrics;
using LibProcess.Processes;

namespace LibProcess.Net;

/// <summary>The connections that other nodes and HTTP clients opened to this node.</summary>
internal sealed class InboundConnections(IInbound inbound, ProcessManagerOptions options, MetricsRegistry metrics) : IAsyncDisposable
{
    private readonly InboundShared shared = new(inbound, options, metrics);
    private readonly ConcurrentDictionary<InboundConnection, Task> open = new();
    private readonly ConcurrentDictionary<IPAddress, int> perAddress = new();
    private readonly InboundWatch watch = new(options.Timeouts, options.Clock, metrics);
    private int count;
    private volatile bool stopped;

    /// <summary>Serves a connection until it ends. Any thread; returns at once.</summary>
    public void Accept(IConnection connection)
    {
        if (Interlocked.Increment(ref count) > shared.Limits.MaxConnections || stopped)
        {
            Interlocked.Decrement(ref count);
            shared.Refused(connection.RemoteEndPoint);
            Refuse(connection);
            return;
        }

        IPAddress address = connection.RemoteEndPoint.Address;
        if (perAddress.AddOrUpdate(address, 1, static (_, known) => known + 1) > shared.Limits.MaxConnectionsPerAddress)
        {
            Interlocked.Decrement(ref count);
            Left(address);
            shared.RefusedAddress(connection.RemoteEndPoint);
            Refuse(connection);
            return;
        }

        shared.ConnectionsAccepted.Increment();
        shared.ConnectionsOpen.Increment();
        _ = ServeAsync(new InboundConnection(connection, shared), address);
    }

    private static void Refuse(IConnection connection)
    {
        connection.Abort();
        _ = connection.DisposeAsync().AsTask();
    }

    private void Left(IPAddress address)
    {
        int left = perAddress.AddOrUpdate(address, 0, static (_, known) => known - 1);
        if (left == 0)
        {
            perAddress.TryRemove(new KeyValuePair<IPAddress, int>(address, 0));
        }
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
            await Task.WhenAll(open.Keys.Select(connection => connection.Answered)).WaitAsync(options.StopTimeout, shared.StopClock)
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

        watch.Dispose();
    }

    private async Task ServeAsync(InboundConnection connection, IPAddress address)
    {
        var ended = new Futures.Promise<bool>();
        open.TryAdd(connection, ended.Task);
        watch.Add(connection);
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
            watch.Remove(connection);
            Interlocked.Decrement(ref count);
            Left(address);
            shared.ConnectionsOpen.Increment(-1);
            ended.TrySet(true);
        }
    }
}
