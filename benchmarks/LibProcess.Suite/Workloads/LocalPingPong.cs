using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>
/// Pairs of processes on one node send empty messages back and forth, a window of them under way: the shape of the original's
/// <c>ThroughputPerformance</c>. An operation is a message, of either direction.
/// </summary>
internal sealed class LocalPingPong(Shape shape) : IWorkload
{
    private readonly int pairs = shape.Int("pairs");
    private readonly long pings = shape.Long(Shape.Operations) / shape.Int("pairs");
    private ProcessManager node = null!;
    private Echo[] echoes = [];
    private Client[] clients = [];

    public Task PrepareAsync()
    {
        node = ProcessManager.Start();
        echoes = [.. Enumerable.Range(0, pairs).Select(i => new Echo(node, $"echo({i})"))];
        clients = [.. echoes.Select((echo, i) => new Client(node, $"client({i})", echo.Self, shape.Int("window"), pings))];
        foreach (ProcessBase process in (ProcessBase[])[.. echoes, .. clients])
        {
            node.Spawn(process);
        }

        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        foreach (Client client in clients)
        {
            client.Begin();
        }

        await Task.WhenAll(clients.Select(client => client.Done));
        return new Outcome(pings * pairs * 2);
    }

    public async Task FinishAsync()
    {
        await node.DisposeAsync();
        MiscountException.Check("pings", pings * pairs, echoes.Sum(echo => echo.Received));
        MiscountException.Check("pongs", pings * pairs, clients.Sum(client => client.Received));
    }

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
        {
            await node.DisposeAsync();
        }
    }

    private sealed class Echo(ProcessManager manager, string id) : ProcessBase(manager, id)
    {
        public long Received { get; private set; }

        protected override void Initialize() => Install("ping", (from, _) =>
        {
            Received++;
            Send(from, "pong");
        });
    }

    private sealed class Client(ProcessManager manager, string id, UPid echo, int window, long pings) : ProcessBase(manager, id)
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long sent;

        public Task Done => done.Task;

        public long Received { get; private set; }

        public void Begin() => Dispatch(() =>
        {
            for (int i = 0; i < window && sent < pings; i++)
            {
                Ping();
            }
        });

        protected override void Initialize() => Install("pong", (_, _) => OnPong());

        private void OnPong()
        {
            if (++Received == pings)
            {
                done.SetResult();
            }
            else if (sent < pings)
            {
                Ping();
            }
        }

        private void Ping()
        {
            sent++;
            Send(echo, "ping");
        }
    }
}
