using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Interop.Tests.Replay;

/// <summary>
/// A peer with nothing inside: it listens, answers every message with 202, keeps what it was sent, and sends what it is told
/// over one connection of its own per receiver. Its connections break when it is disposed, as when a program ends.
/// </summary>
public sealed class ScriptedNode : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Dictionary<string, TcpClient> outgoing = [];
    private readonly List<TcpClient> accepted = [];
    private readonly CancellationTokenSource stop = new();
    private readonly ChannelWriter<(ScriptedNode Node, WireRequest Message)> received;

    public ScriptedNode(ChannelWriter<(ScriptedNode, WireRequest)> received)
    {
        this.received = received;
        listener.Start();
        _ = AcceptAsync();
    }

    public string Address => listener.LocalEndpoint.ToString()!;

    public async Task SendAsync(WireRequest message, string address)
    {
        if (!outgoing.TryGetValue(address, out TcpClient? client))
        {
            client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(IPEndPoint.Parse(address));
            outgoing[address] = client;
            _ = DrainAsync(client);
        }

        await client.GetStream().WriteAsync(message.ToBytes(address));
    }

    public ValueTask DisposeAsync()
    {
        stop.Cancel();
        listener.Stop();
        foreach (TcpClient client in outgoing.Values.Concat(accepted))
        {
            client.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private static async Task DrainAsync(TcpClient client)
    {
        try
        {
            byte[] ignored = new byte[4096];
            while (await client.GetStream().ReadAsync(ignored) > 0)
            {
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The other side is gone.
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync(stop.Token);
                accepted.Add(client);
                _ = ReceiveAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ReceiveAsync(TcpClient client)
    {
        byte[] buffer = new byte[1024 * 1024];
        int filled = 0;
        try
        {
            while (await client.GetStream().ReadAsync(buffer.AsMemory(filled)) is > 0 and int read)
            {
                filled += read;
                while (WireRequest.TryRead(buffer.AsSpan(0, filled)) is { } next)
                {
                    buffer.AsSpan(next.Length, filled - next.Length).CopyTo(buffer);
                    filled -= next.Length;
                    received.TryWrite((this, next.Message));
                    await client.GetStream().WriteAsync(WireRequest.Accepted);
                }
            }
        }
        catch (FormatException exception)
        {
            received.TryComplete(exception);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // A temporary connection may be closed before its answer is written.
        }
    }
}
