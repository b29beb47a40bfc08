using LibProcess.Addressing;
using LibProcess.Processes;

namespace LibProcess.Throughput;

/// <summary>
/// Pairs of processes on one node send empty messages back and forth, a window of them under way at a time: the shape of the
/// original's <c>ThroughputPerformance</c>. Counts both directions.
/// </summary>
internal sealed class LocalPingPong(int pairs, int window, long pingsPerPair) : IWorkload
{
    public string Name => $"local ping-pong, {pairs} pair(s), window {window}";

    public async Task<long> RunAsync()
    {
        await using ProcessManager node = ProcessManager.Start();
        Client[] clients = [.. Enumerable.Range(0, pairs).Select(i =>
        {
            var echo = new Echo(node, $"echo({i})");
            node.Spawn(echo);
            var client = new Client(node, $"client({i})", echo.Self, window, pingsPerPair);
            node.Spawn(client);
            return client;
        })];
        foreach (Client client in clients)
        {
            client.Begin();
        }

        await Task.WhenAll(clients.Select(client => client.Done));
        return clients.Sum(client => client.Received) * 2;
    }

    private sealed class Echo(ProcessManager manager, string id) : ProcessBase(manager, id)
    {
        protected override void Initialize() => Install("ping", (from, _) => Send(from, "pong"));
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
