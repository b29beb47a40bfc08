using System.Diagnostics;
using LibProcess.Suite.Rounds;
using Mesos.Proto;
using Mesos.Suite.Clusters;

namespace Mesos.Suite.Workloads;

/// <summary>An agent is killed while many executors live, started again, and takes them up.</summary>
internal sealed class Recovery(Shape shape, string executable) : ClusterWorkload(shape, executable)
{
    private const int AtOnce = 50;
    private readonly List<StandIn> standIns = [];

    protected override bool Checkpoints => true;

    protected override string[] AgentFlags => ["--executor_registration_timeout=10mins"];

    public override async Task PrepareAsync()
    {
        await base.PrepareAsync();
        while (standIns.Count < Count)
        {
            Offer offer = await Framework.OfferAsync();
            ExecutorInfo[] executors =
            [
                .. Enumerable.Range(standIns.Count, Math.Min(AtOnce, Count - standIns.Count)).Select(i => StandIn.Describe($"executor-{i}", Cluster.Files)),
            ];
            TaskInfo[] tasks = [.. executors.Select(executor => Framework.NewTask(offer, executor))];
            Framework.Launch(offer, tasks);
            standIns.AddRange(await StandIn.StartAsync(executors, Cluster.Files));
            await Task.WhenAll(tasks.Select(Framework.RunningAsync));
        }
    }

    public override async Task FinishAsync()
    {
        await base.FinishAsync();
        await LeaveAsync();
        await EndAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        await base.DisposeAsync();
    }

    protected override async Task<Outcome> MeasureAsync()
    {
        await Cluster.KillAgentAsync();
        long started = Stopwatch.GetTimestamp();
        await Cluster.StartAgentAsync();
        long listening = Stopwatch.GetTimestamp();
        await Task.WhenAll(standIns.Select(standIn => standIn.Reregistered)).WaitAsync(TimeSpan.FromMinutes(2));
        long reregistered = Stopwatch.GetTimestamp();
        await Cluster.ExpectAsync("slave/registered", 1);
        long registered = Stopwatch.GetTimestamp();
        await Cluster.ExpectAsync("slave/executors_running", Count);
        return new Outcome(Count)
        {
            Seconds = Milliseconds(started, registered) / 1000,
            Extra =
            {
                ["readySeconds"] = Milliseconds(started, registered) / 1000,
                ["executorsBackSeconds"] = Milliseconds(started, reregistered) / 1000,
                ["listensMs"] = Milliseconds(started, listening),
                ["agentMiB"] = ProcessFiles.Mebibytes(Cluster.Agent.Id, "status", "VmRSS"),
            },
        };
    }

    private async Task LeaveAsync()
    {
        await Task.WhenAll(standIns.Select(standIn => standIn.DisposeAsync().AsTask()));
        standIns.Clear();
    }
}
