using LibProcess.Addressing;
using LibProcess.Http;
using LibProcess.Processes;

namespace LibProcess.Throughput;

/// <summary>
/// Senders in this program stream messages to a sink each in a second program over one linked connection. The sink confirms
/// every so many messages, so that a bounded amount is under way; the run ends when every sink has counted every message.
/// </summary>
internal sealed class RemoteStream(int senders, int bodyBytes, long messages) : IWorkload, IAsyncDisposable
{
    private const int ConfirmEvery = 64;
    private const long BytesUnderWay = 4 * 1024 * 1024;

    private Peer? peer;

    public string Name => $"remote stream, {senders} sender(s), {bodyBytes:N0} B";

    /// <summary>The second program: waits for the word to stop on its standard input.</summary>
    public static async Task ServeAsync(int sinks)
    {
        await using ProcessManager node = ProcessManager.Start();
        for (int i = 0; i < sinks; i++)
        {
            node.Spawn(new Sink(node, $"sink({i})"));
        }

        node.Spawn(new Web(node));

        Console.WriteLine(node.Address);
        await Console.In.ReadLineAsync();
    }

    public async Task<long> RunAsync()
    {
        peer ??= await Peer.StartAsync(senders);
        await using ProcessManager node = ProcessManager.Start();
        long window = Math.Clamp(BytesUnderWay / (bodyBytes + 200) / senders, 2 * ConfirmEvery, 16 * 1024);
        Sender[] all = [.. Enumerable.Range(0, senders).Select(i =>
        {
            var sender = new Sender(node, $"sender({i})", new UPid($"sink({i})", peer.Address), bodyBytes, messages / senders, window);
            node.Spawn(sender);
            return sender;
        })];
        await Task.WhenAll(all.Select(sender => sender.Done));
        return messages / senders * senders;
    }

    public async ValueTask DisposeAsync()
    {
        if (peer is not null)
        {
            await peer.DisposeAsync();
        }
    }

    /// <summary>One route, for requests over HTTP.</summary>
    private sealed class Web(ProcessManager manager) : ProcessBase(manager, "web")
    {
        private static readonly byte[] Body = new byte[100];

        protected override void Initialize() => Route("/hundred", null, static _ => HttpResponse.Ok(Body, "application/octet-stream"));
    }

    private sealed class Sink(ProcessManager manager, string id) : ProcessBase(manager, id)
    {
        private readonly Dictionary<UPid, long> received = [];

        protected override void Initialize() => Install("data", (from, _) =>
        {
            received.TryGetValue(from, out long count);
            received[from] = ++count;
            if (count == 1)
            {
                Link(from);
            }

            if (count % ConfirmEvery == 0)
            {
                Send(from, "confirm", BitConverter.GetBytes(count));
            }
        });
    }

    private sealed class Sender(ProcessManager manager, string id, UPid sink, int bodyBytes, long messages, long window)
        : ProcessBase(manager, id)
    {
        private readonly byte[] body = new byte[bodyBytes];
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long sent;

        public Task Done => done.Task;

        protected override void Initialize()
        {
            Install("confirm", (_, count) => OnConfirmed(BitConverter.ToInt64(count.Span)));
            Link(sink);
            Fill(confirmed: 0);
        }

        protected override void Exited(UPid pid) => done.TrySetException(new IOException("The connection broke"));

        private void OnConfirmed(long confirmed)
        {
            if (confirmed >= messages / ConfirmEvery * ConfirmEvery)
            {
                done.TrySetResult();
                return;
            }

            Fill(confirmed);
        }

        private void Fill(long confirmed)
        {
            for (; sent < messages && sent - confirmed < window; sent++)
            {
                Send(sink, "data", body);
            }
        }
    }
}
