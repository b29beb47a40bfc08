using LibProcess.Suite.Rounds;
using Mesos.Proto;
using Mesos.Suite.Clusters;

namespace Mesos.Suite.Workloads;

/// <summary>What programs hold of the machine's memory while nothing happens. Pss counts pages that programs share only in part.</summary>
internal sealed class Memory(Shape shape, string executable) : ClusterWorkload(shape, executable)
{
    protected override bool Checkpoints => true;

    public override async Task FinishAsync()
    {
        await base.FinishAsync();
        await EndAsync();
    }

    protected override async Task<Outcome> MeasureAsync()
    {
        Offer offer = await Framework.OfferAsync();
        var quiet = TimeSpan.FromSeconds(Shape["quietSeconds"]);
        await Task.Delay(quiet);
        var extra = new Dictionary<string, double>();
        Add(extra, "agent", Cluster.Agent.Id);
        Add(extra, "master", Cluster.Master.Id);

        TaskInfo task = Framework.NewTask(offer, "sleep 1000");
        Framework.Launch(offer, task);
        await Framework.RunningAsync(task);
        await Task.Delay(quiet);
        int executor = ProcessFiles.Under(Cluster.Files).Single(pid => ProcessFiles.Arguments(pid).Contains("executor"));
        Add(extra, "executor", executor);
        return new Outcome(1) { Extra = extra };
    }

    private static void Add(Dictionary<string, double> extra, string name, int pid)
    {
        extra[name + "MiB"] = ProcessFiles.Mebibytes(pid, "status", "VmRSS");
        extra[name + "PssMiB"] = ProcessFiles.Mebibytes(pid, "smaps_rollup", "Pss");
    }
}
