using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Mesos.Interop.Tests.Probes;

namespace Mesos.Interop.Tests.Replay;

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

    /// <summary>Sends a message and waits until the live node has taken it.</summary>
    public async Task SendAsync(WireRequest message, string address)
    {
        if (!outgoing.TryGetValue(address, out TcpClient? client))
        {
            client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(IPEndPoint.Parse(address));
            outgoing[address] = client;
        }

        await client.GetStream().WriteAsync(message.ToBytes(address));
        await ReadAnswerAsync(client);
    }

    /// <summary>Ends all connections, as a program does that ends; another one at the same address may go on.</summary>
    public void Break()
    {
        foreach (TcpClient client in outgoing.Values.Concat(accepted))
        {
            client.Dispose();
        }

        outgoing.Clear();
        accepted.Clear();
    }

    public ValueTask DisposeAsync()
    {
        stop.Cancel();
        listener.Stop();
        Break();
        return ValueTask.CompletedTask;
    }

    private static async Task ReadAnswerAsync(TcpClient client)
    {
        byte[] buffer = new byte[4096];
        var answer = new StringBuilder();
        while (RawExchange.Count(answer.ToString()) == 0)
        {
            int read = await client.GetStream().ReadAsync(buffer);
            if (read == 0)
            {
                throw new IOException($"The connection ended without an answer: {answer}");
            }

            answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        Assert.That(answer.ToString(), Does.StartWith("HTTP/1.1 202 Accepted\r\n"));
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
