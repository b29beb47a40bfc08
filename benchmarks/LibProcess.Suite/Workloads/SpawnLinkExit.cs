using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>
/// While many linked pairs stand, short-lived processes are spawned, called once, terminated and waited for: the original's
/// <c>LargeNumberOfLinks</c>, grown. An operation is one life.
/// </summary>
internal sealed class SpawnLinkExit(Shape shape) : IWorkload
{
    private const int AtOnce = 64;
    private ProcessManager? node;
    private Linker[] linkers = [];
    private long touched;
    private double bytesPerLinkedPair;

    public async Task PrepareAsync()
    {
        touched = 0;
        if (node is not null)
        {
            return;
        }

        int pairs = shape.Int("pairs");
        node = ProcessManager.Start();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        linkers = new Linker[pairs];
        for (int i = 0; i < pairs; i++)
        {
            var linked = new Idle(node, node.Ids.Generate("linked"));
            node.Spawn(linked);
            linkers[i] = new Linker(node, node.Ids.Generate("linker"), linked.Self);
            node.Spawn(linkers[i]);
        }

        foreach (Linker linker in linkers)
        {
            await linker.SettledAsync();
        }

        bytesPerLinkedPair = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / pairs;
    }

    public async Task<Outcome> RunAsync()
    {
        long lives = shape.Long(Shape.Operations);
        long next = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            await Task.Yield();
            while (Interlocked.Increment(ref next) <= lives)
            {
                var process = new Ephemeral(node!, this);
                node!.Spawn(process);
                process.Touch();
                await node.WaitAsync(process);
            }
        }));
        return new Outcome(lives) { Extra = { ["bytesPerLinkedPair"] = bytesPerLinkedPair } };
    }

    public Task FinishAsync()
    {
        MiscountException.Check("lives", shape.Long(Shape.Operations), touched);
        MiscountException.Check("exits of standing processes", 0, linkers.Sum(linker => linker.Exits));
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
        {
            await node.DisposeAsync();
        }
    }

    private sealed class Idle(ProcessManager manager, string id) : ProcessBase(manager, id);

    private sealed class Linker(ProcessManager manager, string id, UPid to) : ProcessBase(manager, id)
    {
        public long Exits { get; private set; }

        public Task SettledAsync() => CallAsync(static () => { });

        protected override void Initialize() => Link(to);

        protected override void Exited(UPid pid) => Exits++;
    }

    private sealed class Ephemeral(ProcessManager manager, SpawnLinkExit suite)
        : ProcessBase(manager, manager.Ids.Generate("short"))
    {
        public void Touch() => Dispatch(
            static state =>
            {
                var process = (Ephemeral)state!;
                process.Count();
                process.Terminate();
            },
            this);

        private void Count() => Interlocked.Increment(ref suite.touched);
    }
}
