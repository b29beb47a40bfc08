using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>
/// Keep-alive connections ask a server in a second program, so many requests at a time on each. The client does as little as it
/// can: it counts the bytes of answers that are all alike. An operation is a request.
/// </summary>
/// <param name="start">Starts the server; its address is <c>ip:port</c>.</param>
/// <param name="path">The route.</param>
/// <param name="shape">connections, depth, gzip, count.</param>
internal sealed class HttpLoad(Func<Task<SecondProgram>> start, string path, Shape shape) : IWorkload
{
    private readonly byte[] request = Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: x\r\n{(shape.Has("gzip") ? "Accept-Encoding: gzip\r\n" : string.Empty)}\r\n");

    private SecondProgram? server;
    private int answerLength;
    private Socket[] sockets = [];

    public IEnumerable<SecondProgram> Others => server is null ? [] : [server];

    public async Task PrepareAsync()
    {
        server ??= await start();
        if (answerLength == 0)
        {
            using Socket first = await ConnectAsync();
            await first.SendAsync(request);
            byte[] answer = new byte[64 * 1024];
            answerLength = await first.ReceiveAsync(answer);
            await Task.Delay(100);
            while (first.Available > 0)
            {
                // Answers in chunks come in pieces.
                answerLength += await first.ReceiveAsync(answer.AsMemory(answerLength));
                await Task.Delay(100);
            }

            string text = Encoding.Latin1.GetString(answer, 0, answerLength);
            if (!text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)
                || shape.Has("gzip") != text.Contains("ontent-Encoding: gzip", StringComparison.OrdinalIgnoreCase))
            {
                throw new MiscountException($"Unexpected answer: {text[..Math.Min(300, text.Length)]}");
            }
        }

        sockets = await Task.WhenAll(Enumerable.Range(0, shape.Int("connections")).Select(_ => ConnectAsync()));
    }

    public async Task<Outcome> RunAsync()
    {
        int depth = shape.Int("depth");
        int rounds = (int)Math.Max(1, shape.Long(Shape.Operations) / sockets.Length / depth);
        Latencies[] waited = await Task.WhenAll(sockets.Select(socket => Task.Run(() => AskAsync(socket, rounds, depth))));
        return new Outcome((long)rounds * depth * sockets.Length) { Extra = Latencies.Percentiles(waited) };
    }

    public Task FinishAsync()
    {
        foreach (Socket socket in sockets)
        {
            using (socket)
            {
                MiscountException.Check("bytes beyond the last answer", 0, socket.Available);
            }
        }

        sockets = [];
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<Latencies> AskAsync(Socket socket, int rounds, int depth)
    {
        byte[] batch = [.. Enumerable.Range(0, depth).SelectMany(_ => request)];
        byte[] answers = new byte[answerLength * depth];
        var waited = new Latencies(rounds);
        for (int round = 0; round < rounds; round++)
        {
            long started = Stopwatch.GetTimestamp();
            await socket.SendAsync(batch);
            for (int missing = answers.Length; missing > 0;)
            {
                int read = await socket.ReceiveAsync(answers.AsMemory(0, missing));
                missing -= read > 0 ? read : throw new MiscountException("The connection broke");
            }

            waited.Add(started);
        }

        return waited;
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPEndPoint.Parse(server!.Address));
        return socket;
    }
}
