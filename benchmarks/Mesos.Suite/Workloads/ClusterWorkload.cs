using System.Diagnostics;
using LibProcess.Suite.Rounds;
using Mesos.Suite.Clusters;

namespace Mesos.Suite.Workloads;

/// <summary>Something to measure on a master, an agent and a framework. CPU time is that of master and agent with what they started and waited for.</summary>
internal abstract class ClusterWorkload(Shape shape, string executable) : IWorkload
{
    private Cluster? cluster;
    private Framework? framework;

    protected Shape Shape => shape;

    protected int Count => shape.Int(Shape.Operations);

    protected Cluster Cluster => cluster!;

    protected Framework Framework => framework!;

    protected virtual bool Checkpoints => shape.Has("checkpoint");

    protected virtual string[] AgentFlags => [];

    public virtual async Task PrepareAsync()
    {
        cluster ??= await Cluster.StartAsync(executable, AgentFlags);
        framework ??= new Framework(cluster.Address, Checkpoints);
    }

    public async Task<Outcome> RunAsync()
    {
        int agent = Cluster.Agent.Id;
        (double agentBefore, double masterBefore) = (ProcessFiles.CpuSeconds(agent), ProcessFiles.CpuSeconds(Cluster.Master.Id));
        Outcome outcome = await MeasureAsync();

        // An agent that was started meanwhile began at nothing.
        double used = ProcessFiles.CpuSeconds(Cluster.Agent.Id) - (Cluster.Agent.Id == agent ? agentBefore : 0);
        return outcome with { OwnCpuSeconds = used + ProcessFiles.CpuSeconds(Cluster.Master.Id) - masterBefore };
    }

    public virtual Task FinishAsync()
    {
        MiscountException.Check($"trouble ({string.Join("; ", Framework.Troubles.Take(3))})", 0, Framework.Troubles.Count);
        return Task.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        await EndAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<Outcome> MeasureAsync();

    /// <summary>Ends the cluster; the next round starts another.</summary>
    protected async Task EndAsync()
    {
        if (framework is not null)
        {
            await framework.DisposeAsync();
        }

        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }

        (framework, cluster) = (null, null);
    }

    protected static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;
}
