using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace LibProcess.Net.Tls;

/// <summary>
/// Accepted connections until they are known to be TLS or not. The accept loop never waits for one: each goes on by itself.
/// </summary>
internal sealed class TlsAccepting(
    TlsHandshakes handshakes, TlsOptions options, WireLimits limits, TlsEvents events, TimeProvider clock, Action<IConnection> onAccepted)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<IConnection, Task> pending = new();
    private int count;
    private volatile bool stopped;

    public void Accept(IConnection connection)
    {
        if (Interlocked.Increment(ref count) > limits.MaxConnections || stopped)
        {
            Interlocked.Decrement(ref count);
            events.TooMany(connection.RemoteEndPoint, limits.MaxConnections);
            connection.Abort();
            _ = connection.DisposeAsync().AsTask();
            return;
        }

        events.HandshakesPending.Increment();
        var ended = new Futures.Promise<bool>();
        pending.TryAdd(connection, ended.Task);
        _ = RunAsync(connection, ended);
    }

    /// <summary>Gives up on all that have not come through.</summary>
    public async ValueTask DisposeAsync()
    {
        stopped = true;
        foreach ((IConnection connection, Task ended) in pending)
        {
            connection.Abort();
            await ended.ConfigureAwait(false);
        }
    }

    private async Task RunAsync(IConnection connection, Futures.Promise<bool> ended)
    {
        // Encrypting takes time, and the caller is to accept the next one.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        IConnection? opened = null;
        try
        {
            opened = await OpenAsync(connection).ConfigureAwait(false);
        }
        catch (TlsHandshakeException exception)
        {
            if (!stopped)
            {
                events.AcceptFailed(connection.RemoteEndPoint, exception.Message, exception.TimedOut);
            }
        }
        finally
        {
            pending.TryRemove(connection, out _);
            Interlocked.Decrement(ref count);
            events.HandshakesPending.Increment(-1);
            ended.TrySet(true);
        }

        if (opened is not null)
        {
            onAccepted(opened);
        }
    }

    private async Task<IConnection?> OpenAsync(IConnection connection)
    {
        if (await WantsTlsAsync(connection).ConfigureAwait(false) is not { } wantsTls)
        {
            connection.Abort();
            await connection.DisposeAsync().ConfigureAwait(false);
            return null;
        }

        if (wantsTls || !options.SupportDowngrade)
        {
            return await handshakes.AcceptAsync(connection).ConfigureAwait(false);
        }

        events.DowngradedAccepts.Increment();
        return connection;
    }

    /// <summary>Looks at the first bytes and leaves them where they are.</summary>
    /// <returns>Null where the client left before it said.</returns>
    private async Task<bool?> WantsTlsAsync(IConnection connection)
    {
        // A peer in clear may open a connection only to see when it ends, and say nothing on it. One that speaks TLS begins at once.
        ITimer? timer = options.SupportDowngrade ? null : AbortLater(connection);
        try
        {
            while (true)
            {
                ReadResult result = await connection.Input.ReadAsync().ConfigureAwait(false);
                timer ??= AbortLater(connection);
                bool? wantsTls = ClientGreeting.IsTls(result.Buffer);
                bool isEmpty = result.Buffer.IsEmpty;
                connection.Input.AdvanceTo(result.Buffer.Start, wantsTls is null && !result.IsCompleted ? result.Buffer.End : result.Buffer.Start);
                if (wantsTls is not null)
                {
                    return wantsTls;
                }

                if (result.IsCompleted)
                {
                    return isEmpty ? null : false;
                }
            }
        }
        catch (IOException)
        {
            return null;
        }
        finally
        {
            if (timer is not null)
            {
                await timer.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private ITimer AbortLater(IConnection connection) => clock.CreateTimer(
        static state => ((IConnection)state!).Abort(), connection, options.HandshakeTimeout, Timeout.InfiniteTimeSpan);
}
