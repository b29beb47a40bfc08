using LibProcess.Metrics;
using Metric = LibProcess.Metrics.Metric;

namespace Mesos.Slave.Metrics;

/// <summary>A count that appears in the snapshot unless its name is taken by another agent of the same node.</summary>
internal sealed class SlaveCounter
{
    private readonly Counter? counter;

    public SlaveCounter(MetricsRegistry registry, string name)
    {
        try
        {
            counter = registry.AddCounter(name);
        }
        catch (InvalidOperationException)
        {
            // Another agent of this node has it; this one counts for itself.
        }
    }

    /// <summary>What is in the registry, or null.</summary>
    public Metric? Registered => counter;

    public long Value { get; private set; }

    public void Increment()
    {
        Value++;
        counter?.Increment();
    }
}
