using System.Diagnostics;
using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>
/// Clients on one node send to an echo each on another, a window of messages under way, both linked to each other; the other
/// node is in a second program, or in this one. An operation is a message, of either direction.
/// </summary>
/// <param name="shape">clients, window, body, oneProgram, count.</param>
/// <param name="start">Starts another second program than our own.</param>
internal sealed class RemotePingPong(Shape shape, Func<Task<SecondProgram>>? start = null) : IWorkload
{
    private readonly int clientCount = shape.Int("clients");
    private readonly long pings = shape.Long(Shape.Operations) / shape.Int("clients");
    private SecondProgram? second;
    private Echoes? here;
    private long echoedBefore;
    private ProcessManager node = null!;
    private Client[] clients = [];

    public IEnumerable<SecondProgram> Others => second is null ? [] : [second];

    /// <summary>The second program: echoes until it is told to stop.</summary>
    public static async Task ServeAsync(int clients)
    {
        await using var echoes = new Echoes(clients);
        await SecondProgram.ServeAsync(echoes.Address.ToString(), () => echoes.Received);
    }

    public async Task PrepareAsync()
    {
        NetworkAddress address;
        if (shape.Has("oneProgram"))
        {
            here ??= new Echoes(clientCount);
            address = here.Address;
        }
        else
        {
            second ??= start is null ? await SecondProgram.StartAsync("echo", $"{clientCount}") : await start();
            address = UPid.Parse($"@{second.Address}").Address;
        }

        echoedBefore = await EchoedAsync();
        node = ProcessManager.Start();
        clients = [.. Enumerable.Range(0, clientCount).Select(i => new Client(node, i, address, shape, pings))];
        foreach (Client client in clients)
        {
            node.Spawn(client);
        }

        // One message there and back each, so that connections stand before the clock starts.
        await Task.WhenAll(clients.Select(client => client.GreetAsync()));
    }

    public async Task<Outcome> RunAsync()
    {
        foreach (Client client in clients)
        {
            client.Begin();
        }

        await Task.WhenAll(clients.Select(client => client.Done));
        return new Outcome(pings * clientCount * 2) { Extra = Latencies.Percentiles(clients.Select(client => client.Waited)) };
    }

    public async Task FinishAsync()
    {
        MiscountException.Check("links broken", 0, clients.Sum(client => client.Exits));
        await node.DisposeAsync();
        long greetings = clientCount;
        MiscountException.Check("pings", (pings * clientCount) + greetings, await EchoedAsync() - echoedBefore);
        MiscountException.Check("pongs", pings * clientCount, clients.Sum(client => client.Received));
    }

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
        {
            await node.DisposeAsync();
        }

        await (second?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (here?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private async Task<long> EchoedAsync() => here?.Received ?? (await second!.UsageAsync()).Counted;

    /// <summary>The other node.</summary>
    private sealed class Echoes : IAsyncDisposable
    {
        private readonly ProcessManager node = ProcessManager.Start();
        private readonly Echo[] echoes;

        public Echoes(int count)
        {
            echoes = [.. Enumerable.Range(0, count).Select(i => new Echo(node, $"echo({i})"))];
            foreach (Echo echo in echoes)
            {
                node.Spawn(echo);
            }
        }

        public NetworkAddress Address => node.Address;

        public long Received => echoes.Sum(echo => Interlocked.Read(ref echo.Received));

        public ValueTask DisposeAsync() => node.DisposeAsync();
    }

    private sealed class Echo(ProcessManager manager, string id) : ProcessBase(manager, id)
    {
        public long Received;

        protected override void Initialize()
        {
            Install("hello", (from, body) =>
            {
                Link(from);
                Send(from, "hello", body);
                Received++;
            });
            Install("ping", (from, body) =>
            {
                Received++;
                Send(from, "pong", body);
            });
        }
    }

    private sealed class Client(ProcessManager manager, int number, NetworkAddress to, Shape shape, long pings)
        : ProcessBase(manager, $"client({number})")
    {
        private readonly UPid echo = new($"echo({number})", to);
        private readonly byte[] body = new byte[shape.Int("body")];
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource greeted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly bool timed = shape.Int("window") == 1;
        private long sent;
        private long started;

        public Task Done => done.Task;

        public long Received { get; private set; }

        public long Exits { get; private set; }

        public Latencies Waited { get; } = new(shape.Int("window") == 1 ? (int)pings : 0);

        public Task GreetAsync() => greeted.Task;

        public void Begin() => Dispatch(() =>
        {
            for (int i = 0; i < shape.Int("window") && sent < pings; i++)
            {
                Ping();
            }
        });

        protected override void Initialize()
        {
            Install("hello", (_, _) => greeted.TrySetResult());
            Install("pong", (_, answer) => OnPong(answer.Length));
            Link(echo);
            Send(echo, "hello", body);
        }

        protected override void Exited(UPid pid)
        {
            Exits++;
            var broken = new MiscountException("A link broke");
            done.TrySetException(broken);
            greeted.TrySetException(broken);
        }

        private void OnPong(int length)
        {
            if (length != body.Length)
            {
                done.TrySetException(new MiscountException("An answer lost its body"));
            }

            if (timed)
            {
                Waited.Add(started);
            }

            if (++Received == pings)
            {
                done.TrySetResult();
            }
            else if (sent < pings)
            {
                Ping();
            }
        }

        private void Ping()
        {
            sent++;
            if (timed)
            {
                started = Stopwatch.GetTimestamp();
            }

            Send(echo, "ping", body);
        }
    }
}
