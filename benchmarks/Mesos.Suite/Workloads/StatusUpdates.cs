using System.Diagnostics;
using LibProcess.Suite.Rounds;
using Mesos.Proto;
using Mesos.Suite.Clusters;

namespace Mesos.Suite.Workloads;

/// <summary>
/// One executor reports the states of many tasks, all at once; the agent keeps those of a task in order and one at a time under way, so
/// that each is delivered and acknowledged before the next.
/// </summary>
internal sealed class StatusUpdates(Shape shape, string executable) : ClusterWorkload(shape, executable)
{
    private StandIn? standIn;
    private TaskInfo[] tasks = [];
    private long received;
    private TaskCompletionSource all = new();

    public override async Task PrepareAsync()
    {
        await base.PrepareAsync();
        if (standIn is not null)
        {
            return;
        }

        Offer offer = await Framework.OfferAsync();
        ExecutorInfo executor = StandIn.Describe("updates", Cluster.Files);
        tasks = [.. Enumerable.Range(0, Shape.Int("tasks")).Select(_ => Framework.NewTask(offer, executor))];
        Framework.Launch(offer, tasks);
        standIn = (await StandIn.StartAsync([executor], Cluster.Files))[0];
        await Task.WhenAll(tasks.Select(Framework.RunningAsync));
        Framework.Updated = _ =>
        {
            if (Interlocked.Increment(ref received) == Expected)
            {
                all.TrySetResult();
            }
        };
    }

    public override async ValueTask DisposeAsync()
    {
        if (standIn is not null)
        {
            await standIn.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    protected override async Task<Outcome> MeasureAsync()
    {
        (received, all) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        double before = (await Cluster.AgentMetricsAsync())("slave/checkpoint_syncs");
        long started = Stopwatch.GetTimestamp();
        for (int update = 0; update < Expected / tasks.Length; update++)
        {
            foreach (TaskInfo task in tasks)
            {
                standIn!.Tell(task.TaskId, TaskState.TaskRunning);
            }
        }

        await all.Task.WaitAsync(TimeSpan.FromMinutes(2));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        // The last acknowledgements are still on their way.
        await Task.Delay(100);
        MiscountException.Check("updates", Expected, Interlocked.Read(ref received));
        double syncs = (await Cluster.AgentMetricsAsync())("slave/checkpoint_syncs") - before;
        return new Outcome(Expected) { Seconds = seconds, Extra = { ["perSecond"] = Expected / seconds, ["syncsPerUpdate"] = syncs / Expected } };
    }

    // As many of each task.
    private long Expected => Count / tasks.Length * tasks.Length;
}
