using LibProcess.Events;
using LibProcess.Metrics;

namespace Mesos.Sched;

/// <summary>What a scheduler process counts. Where several drivers share a node, the first one's numbers are shown, as in the original.</summary>
/// <remarks>Upstream: <c>SchedulerProcess::Metrics</c> in src/sched/sched.cpp; the counter is ours.</remarks>
internal sealed class SchedulerMetrics
{
    private readonly MetricsRegistry registry;
    private readonly List<Metric> metrics = [];
    private readonly Counter? dropped;

    /// <param name="registry">The metrics of the node.</param>
    /// <param name="process">The process whose mailbox is watched.</param>
    /// <param name="waiting">Counts its waiting events; called inside the process.</param>
    public SchedulerMetrics(MetricsRegistry registry, SchedulerProcess process, Func<EventKind, int> waiting)
    {
        this.registry = registry;
        Add(() => registry.AddPullGauge("scheduler/event_queue_messages", process, () => waiting(EventKind.Message)));
        Add(() => registry.AddPullGauge("scheduler/event_queue_dispatches", process, () => waiting(EventKind.Dispatch)));
        dropped = Add(() => registry.AddCounter("scheduler/dropped_messages"));
    }

    /// <summary>Counts a message of the master that cannot be right.</summary>
    public void Dropped() => dropped?.Increment();

    public void Remove() => registry.Remove(metrics);

    private T? Add<T>(Func<T> add)
        where T : Metric
    {
        try
        {
            T metric = add();
            metrics.Add(metric);
            return metric;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
