using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>
/// Nodes come, link themselves to a standing process, exchange a message with it and leave; the standing process links them too
/// and must learn of every exit. An operation is one visit.
/// </summary>
internal sealed class ShortLivedPeers(Shape shape) : IWorkload
{
    private ProcessManager? node;
    private Host host = null!;

    public Task PrepareAsync()
    {
        node ??= ProcessManager.Start();
        host = new Host(node, shape.Long(Shape.Operations));
        node.Spawn(host);
        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        long visits = shape.Long(Shape.Operations);
        long next = 0;
        await Task.WhenAll(Enumerable.Range(0, shape.Int("window")).Select(async _ =>
        {
            await Task.Yield();
            while (Interlocked.Increment(ref next) <= visits)
            {
                await using ProcessManager visiting = ProcessManager.Start();
                var guest = new Guest(visiting, host.Self);
                visiting.Spawn(guest);
                await guest.Welcomed;
            }
        }));
        await host.AllLeft.WaitAsync(TimeSpan.FromSeconds(30));
        return new Outcome(visits);
    }

    public async Task FinishAsync()
    {
        host.Terminate();
        await node!.WaitAsync(host);
        MiscountException.Check("visits", shape.Long(Shape.Operations), host.Came);
        MiscountException.Check("exits", shape.Long(Shape.Operations), host.Left);
    }

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
        {
            await node.DisposeAsync();
        }
    }

    private sealed class Host(ProcessManager manager, long expected) : ProcessBase(manager, "host")
    {
        private readonly TaskCompletionSource allLeft = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task AllLeft => allLeft.Task;

        public long Came { get; private set; }

        public long Left { get; private set; }

        protected override void Initialize() => Install("hello", (from, _) =>
        {
            Came++;
            Link(from);
            Send(from, "welcome");
        });

        protected override void Exited(UPid pid)
        {
            if (++Left == expected)
            {
                allLeft.TrySetResult();
            }
        }
    }

    private sealed class Guest(ProcessManager manager, UPid host) : ProcessBase(manager, "guest")
    {
        private readonly TaskCompletionSource welcomed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Welcomed => welcomed.Task;

        protected override void Initialize()
        {
            Install("welcome", (_, _) => welcomed.TrySetResult());
            Link(host);
            Send(host, "hello");
        }

        protected override void Exited(UPid pid) => welcomed.TrySetException(new MiscountException("The host was lost"));
    }
}
