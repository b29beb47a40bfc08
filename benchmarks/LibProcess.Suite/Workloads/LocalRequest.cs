using System.Diagnostics;
using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>
/// Clients ask one server on the same node, so many requests under way for each: by messages, the shape of the original's
/// <c>ClientServer</c>, or by calls whose results the client awaits. One in sixteen is timed.
/// </summary>
internal sealed class LocalRequest(Shape shape) : IWorkload
{
    private const int TimedMask = 15;
    private static readonly byte[] Body = [1, 2, 3];
    private readonly long requests = shape.Long(Shape.Operations) / shape.Int("clients");
    private ProcessManager node = null!;
    private Server server = null!;
    private Client[] clients = [];

    public Task PrepareAsync()
    {
        node = ProcessManager.Start();
        server = new Server(node);
        node.Spawn(server);
        clients = [.. Enumerable.Range(0, shape.Int("clients")).Select(i =>
        {
            Client client = shape.Has("calls")
                ? new CallingClient(node, $"client({i})", server, shape.Int("window"), requests)
                : new SendingClient(node, $"client({i})", server, shape.Int("window"), requests);
            node.Spawn(client);
            return client;
        })];
        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        foreach (Client client in clients)
        {
            client.Begin();
        }

        await Task.WhenAll(clients.Select(client => client.Done));
        return new Outcome(requests * clients.Length) { Extra = Latencies.Percentiles(clients.Select(client => client.Waited)) };
    }

    public async Task FinishAsync()
    {
        await node.DisposeAsync();
        MiscountException.Check("requests", requests * clients.Length, server.Served);
        MiscountException.Check("answers", requests * clients.Length, clients.Sum(client => client.Answered));
    }

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
        {
            await node.DisposeAsync();
        }
    }

    private sealed class Server(ProcessManager manager) : ProcessBase(manager, "server")
    {
        private readonly byte[] answer = [4, 5, 6];

        public long Served { get; private set; }

        public Task<byte[]> AskAsync(byte[] body) => CallAsync(static call => call.Server.Answer(call.Body), (Server: this, Body: body));

        protected override void Initialize() => Install("request", (from, body) => Send(from, "answer", Answer(body.Length)));

        private byte[] Answer(byte[] body) => Answer(body.Length);

        private byte[] Answer(int length)
        {
            Served++;
            return length == 3 ? answer : throw new MiscountException("A request lost its body");
        }
    }

    private abstract class Client(ProcessManager manager, string id, int window, long requests) : ProcessBase(manager, id)
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long sent;

        public Task Done => done.Task;

        public long Answered { get; private set; }

        public Latencies Waited { get; } = new((int)(requests / (TimedMask + 1)) + 1);

        public void Begin() => Dispatch(() =>
        {
            for (int i = 0; i < window; i++)
            {
                Ask();
            }
        });

        /// <summary>False where all have been sent.</summary>
        protected bool TryCount(out long number)
        {
            number = sent;
            return sent < requests && ++sent > 0;
        }

        protected void Count()
        {
            if (++Answered == requests)
            {
                done.SetResult();
            }
        }

        protected abstract void Ask();
    }

    private sealed class SendingClient(ProcessManager manager, string id, Server server, int window, long requests)
        : Client(manager, id, window, requests)
    {
        private readonly Queue<long> asked = new(window);
        private readonly UPid to = server.Self;

        protected override void Initialize() => Install("answer", (_, body) =>
        {
            long started = asked.Dequeue();
            if (started != 0)
            {
                Waited.Add(started);
            }

            Count();
            Ask();
        });

        protected override void Ask()
        {
            if (TryCount(out long number))
            {
                asked.Enqueue((number & TimedMask) == 0 ? Stopwatch.GetTimestamp() : 0);
                Send(to, "request", Body);
            }
        }
    }

    private sealed class CallingClient(ProcessManager manager, string id, Server server, int window, long requests)
        : Client(manager, id, window, requests)
    {
        protected override void Ask() => Run(async () =>
        {
            while (TryCount(out long number))
            {
                long started = (number & TimedMask) == 0 ? Stopwatch.GetTimestamp() : 0;
                await server.AskAsync(Body);
                if (started != 0)
                {
                    Waited.Add(started);
                }

                Count();
            }
        });
    }
}
