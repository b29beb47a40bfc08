using System.IO.Pipelines;
using LibProcess.Scheduling;

namespace LibProcess.Http.Client;

/// <summary>Lets what waits on a pipe go on where the processes of the node run, so that a seeded scheduler decides about it too.</summary>
internal sealed class NodePipeScheduler(ProcessScheduler scheduler) : PipeScheduler
{
    public override void Schedule(Action<object?> action, object? state) => scheduler.Schedule(new Item(action, state), fair: true);

    private sealed class Item(Action<object?> action, object? state) : IThreadPoolWorkItem
    {
        public void Execute() => action(state);
    }
}
