using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace LibProcess.Tests.Net.Chaos;

/// <summary>
/// Stands between two nodes and treats each connection in another way: resets and cuts in the middle of a message, bytes one by
/// one, long pauses, a half-open peer that takes nothing, or, now and then, nothing odd.
/// </summary>
internal sealed class ChaosProxy : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<Task, bool> serving = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly Random random;
    private readonly TimeSpan stall;
    private readonly Task accepting;
    private int target;

    public ChaosProxy(int seed, TimeSpan stall)
    {
        random = new Random(seed);
        this.stall = stall;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(512);
        Port = (ushort)((IPEndPoint)listener.LocalEndPoint!).Port;
        accepting = AcceptAsync();
    }

    public enum Treatment
    {
        Pass,
        ResetAfter,
        CutAfter,
        ByteByByte,
        Stall,
        HalfOpen,
        Refuse,
    }

    public ushort Port { get; }

    /// <summary>How many connections were treated how.</summary>
    public ConcurrentDictionary<Treatment, int> Treated { get; } = new();

    /// <summary>From now on nothing odd is done.</summary>
    public bool IsCalm { get; set; }

    public void SetTarget(ushort port) => Volatile.Write(ref target, port);

    /// <summary>Cuts all connections and takes no more.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(serving.Keys);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await listener.AcceptAsync(stopping.Token);
                Treatment treatment;
                int bytes;
                lock (random)
                {
                    treatment = IsCalm ? Treatment.Pass : (Treatment)random.Next(7);
                    bytes = random.Next(3) == 0 ? random.Next(100) : random.Next(20_000);
                }

                Treated.AddOrUpdate(treatment, 1, static (_, count) => count + 1);
                Task task = ServeAsync(client, treatment, bytes);
                serving.TryAdd(task, true);
                _ = task.ContinueWith(ended => serving.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(Socket client, Treatment treatment, int bytes)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            client.NoDelay = server.NoDelay = true;
            try
            {
                if (treatment == Treatment.Refuse)
                {
                    Reset(client);
                    return;
                }

                if (treatment == Treatment.HalfOpen)
                {
                    await Task.Delay(stall, stopping.Token);
                    Reset(client);
                    return;
                }

                await server.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Volatile.Read(ref target)), stopping.Token);
                using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
                Task back = CopyAsync(server, client, Treatment.Pass, 0, both.Token);
                bool isOver = await CopyAsync(client, server, treatment, bytes, both.Token);
                if (isOver)
                {
                    // What the answers are is nobody's business on the connections of messages, but clients wait for them.
                    await Task.WhenAny(back, Task.Delay(stall, both.Token));
                }
                else if (treatment == Treatment.ResetAfter)
                {
                    Reset(client);
                    Reset(server);
                }

                await both.CancelAsync();
                await back;
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // One side has gone: so does the other.
            }
        }
    }

    /// <returns>False where the connection is to be cut.</returns>
    private async Task<bool> CopyAsync(Socket from, Socket to, Treatment treatment, int limit, CancellationToken cancellation)
    {
        var buffer = new byte[16 * 1024];
        int copied = 0;
        bool stalled = false;
        try
        {
            while (await from.ReceiveAsync(buffer, cancellation) is var count and > 0)
            {
                bool isLast = treatment is Treatment.ResetAfter or Treatment.CutAfter && copied + count >= limit;
                ReadOnlyMemory<byte> bytes = buffer.AsMemory(0, isLast ? limit - copied : count);
                if (treatment == Treatment.Stall && !stalled && copied + count >= limit)
                {
                    stalled = true;
                    await Task.Delay(stall, cancellation);
                }

                bool byteByByte = treatment == Treatment.ByteByByte && copied < 2000;
                while (bytes.Length > 0)
                {
                    bytes = bytes[await to.SendAsync(byteByByte ? bytes[..1] : bytes, cancellation)..];
                }

                copied += count;
                if (isLast)
                {
                    return false;
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return false;
        }

        return true;
    }

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }
}
