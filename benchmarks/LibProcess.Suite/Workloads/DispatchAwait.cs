using LibProcess.Processes;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>
/// A process awaits calls into another, so many stories at a time; the payload goes by reference. With a suspension the called
/// process yields once before it answers. An operation is a call there and back.
/// </summary>
internal sealed class DispatchAwait(Shape shape) : IWorkload
{
    private readonly long calls = shape.Long(Shape.Operations) / shape.Int("window");
    private ProcessManager node = null!;
    private Target target = null!;
    private Caller caller = null!;

    public Task PrepareAsync()
    {
        node = ProcessManager.Start();
        target = new Target(node);
        node.Spawn(target);
        caller = new Caller(node, target);
        node.Spawn(caller);
        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        int window = shape.Int("window");
        await Task.WhenAll(Enumerable.Range(0, window).Select(_ => caller.CallManyAsync(calls, shape.Has("suspended"))));
        return new Outcome(calls * window);
    }

    public async Task FinishAsync()
    {
        await node.DisposeAsync();
        MiscountException.Check("calls", calls * shape.Int("window"), target.Called);
        MiscountException.Check("results", calls * shape.Int("window"), caller.Returned);
    }

    public async ValueTask DisposeAsync()
    {
        if (node is not null)
        {
            await node.DisposeAsync();
        }
    }

    private sealed class Target(ProcessManager manager) : ProcessBase(manager, "target")
    {
        public long Called { get; private set; }

        public Task<int[]> TakeAsync(int[] data) => CallAsync(
            static call =>
            {
                call.Target.Called++;
                return call.Data;
            },
            (Target: this, Data: data));

        public Task<int[]> TakeSlowlyAsync(int[] data) => CallAsync(
            static async call =>
            {
                await Defer();
                call.Target.Called++;
                return call.Data;
            },
            (Target: this, Data: data));
    }

    private sealed class Caller(ProcessManager manager, Target target) : ProcessBase(manager, "caller")
    {
        private readonly int[] data = [.. Enumerable.Repeat(42, 10_240)];

        public long Returned { get; private set; }

        public Task CallManyAsync(long calls, bool suspended) => CallAsync(async () =>
        {
            for (long i = 0; i < calls; i++)
            {
                int[] back = suspended ? await target.TakeSlowlyAsync(data) : await target.TakeAsync(data);
                Returned += ReferenceEquals(back, data) ? 1 : 0;
            }
        });
    }
}
