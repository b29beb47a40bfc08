using System.Net.Sockets;

namespace LibProcess.Throughput;

/// <summary>
/// Keep-alive connections ask a second program for a route that answers 100 bytes, so many requests at a time on each. The
/// client does as little as it can: it counts the bytes of answers that are all alike.
/// </summary>
internal sealed class HttpRate(int connections, int depth, int requests) : IWorkload, IAsyncDisposable
{
    private static readonly byte[] Request = "GET /web/hundred HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray();

    private Peer? peer;
    private int answerLength;

    public string Name => $"HTTP, {connections} connection(s), {depth} request(s) under way on each";

    public async Task<long> RunAsync()
    {
        peer ??= await Peer.StartAsync(sinks: 0);
        if (answerLength == 0)
        {
            using Socket first = await ConnectAsync();
            await first.SendAsync(Request);
            answerLength = await first.ReceiveAsync(new byte[4096]);
        }

        int rounds = requests / connections / depth;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => AskAsync(rounds))));
        return (long)rounds * connections * depth;
    }

    public async ValueTask DisposeAsync()
    {
        if (peer is not null)
        {
            await peer.DisposeAsync();
        }
    }

    private async Task AskAsync(int rounds)
    {
        using Socket socket = await ConnectAsync();
        byte[] batch = [.. Enumerable.Range(0, depth).SelectMany(_ => Request)];
        byte[] answers = new byte[answerLength * depth];
        for (int round = 0; round < rounds; round++)
        {
            await socket.SendAsync(batch);
            for (int missing = answers.Length; missing > 0;)
            {
                int read = await socket.ReceiveAsync(answers.AsMemory(0, missing));
                missing -= read > 0 ? read : throw new IOException("The connection broke");
            }
        }
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(peer!.Address.ToEndPoint());
        return socket;
    }
}
