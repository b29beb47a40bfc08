using LibProcess.Processes;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>Starts many processes that then do nothing, and weighs them. An operation is one process started.</summary>
internal sealed class IdleProcesses(Shape shape) : IWorkload
{
    private ProcessManager node = null!;
    private Idle[] idle = [];
    private long before;

    public Task PrepareAsync()
    {
        node = ProcessManager.Start();
        idle = new Idle[shape.Int(Shape.Operations)];
        before = GC.GetTotalMemory(forceFullCollection: true);
        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        for (int i = 0; i < idle.Length; i++)
        {
            idle[i] = new Idle(node, node.Ids.Generate("idle"));
            node.Spawn(idle[i]);
        }

        // A process that has been asked has been initialized: its turn is over when the call is.
        foreach (Idle one in idle)
        {
            await one.SettledAsync();
        }

        double held = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / idle.Length;
        return new Outcome(idle.Length) { Extra = { ["bytesPerProcess"] = held } };
    }

    public async Task FinishAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        idle = [];
        if (node is not null)
        {
            await node.DisposeAsync();
        }
    }

    private sealed class Idle(ProcessManager manager, string id) : ProcessBase(manager, id)
    {
        public Task SettledAsync() => CallAsync(static () => { });
    }
}
