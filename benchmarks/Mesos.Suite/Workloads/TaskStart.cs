using LibProcess.Suite.Measuring;
using LibProcess.Suite.Rounds;
using Mesos.Proto;

namespace Mesos.Suite.Workloads;

/// <summary>Command tasks one after the other, each from its launch by the scheduler to TASK_RUNNING there: two more messages than the agent alone would tell of.</summary>
internal sealed class TaskStart(Shape shape, string executable) : ClusterWorkload(shape, executable)
{
    protected override async Task<Outcome> MeasureAsync()
    {
        double[] running = new double[Count];
        double[] finished = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            Offer offer = await Framework.OfferAsync();
            TaskInfo task = Framework.NewTask(offer, "exit 0");
            long launched = Framework.Launch(offer, task);
            running[i] = Milliseconds(launched, await Framework.RunningAsync(task));
            finished[i] = Milliseconds(launched, await Framework.FinishedAsync(task));
        }

        Array.Sort(running);
        return new Outcome(Count)
        {
            Seconds = running.Sum() / 1000,
            Extra =
            {
                ["p50ms"] = Statistics.Median(running),
                ["p90ms"] = running[Count * 9 / 10],
                ["finishedP50ms"] = Statistics.Median(finished),
            },
        };
    }
}
