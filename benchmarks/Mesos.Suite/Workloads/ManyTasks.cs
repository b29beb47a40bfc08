using LibProcess.Suite.Measuring;
using LibProcess.Suite.Rounds;
using Mesos.Proto;

namespace Mesos.Suite.Workloads;

/// <summary>Many short command tasks launched at once on one offer.</summary>
internal sealed class ManyTasks(Shape shape, string executable) : ClusterWorkload(shape, executable)
{
    protected override async Task<Outcome> MeasureAsync()
    {
        Offer offer = await Framework.OfferAsync();
        TaskInfo[] tasks = [.. Enumerable.Range(0, Count).Select(_ => Framework.NewTask(offer, "echo hi; sleep 0.2"))];
        long launched = Framework.Launch(offer, tasks);
        double[] running = [.. (await Task.WhenAll(tasks.Select(Framework.RunningAsync))).Select(at => Milliseconds(launched, at))];
        double last = (await Task.WhenAll(tasks.Select(Framework.FinishedAsync))).Max(at => Milliseconds(launched, at)) / 1000;
        return new Outcome(Count)
        {
            Seconds = last,
            Extra = { ["lastSeconds"] = last, ["runningP50ms"] = Statistics.Median(running), ["runningMaxMs"] = running.Max() },
        };
    }
}
