using LibProcess.Metrics;

namespace Mesos.Master;

/// <summary>Adds metrics under a common prefix and takes them all back at the end, so that a successor on the same node can add its own.</summary>
internal sealed class MetricGroup(MetricsRegistry registry, string prefix)
{
    private readonly List<Metric> added = [];

    /// <summary>For metrics with names of their own.</summary>
    public MetricsRegistry Registry => registry;

    public Counter AddCounter(string name) => Keep(registry.AddCounter(prefix + name));

    public PushGauge AddPushGauge(string name) => Keep(registry.AddPushGauge(prefix + name));

    /// <summary>A gauge that is read inside an event of its process.</summary>
    public void AddGauge(string name, LibProcess.Processes.ProcessBase owner, Func<double> read) =>
        Keep(registry.AddPullGauge(prefix + name, owner, read));

    public void Withdraw()
    {
        registry.Remove(added);
        added.Clear();
    }

    private T Keep<T>(T metric)
        where T : Metric
    {
        added.Add(metric);
        return metric;
    }
}
