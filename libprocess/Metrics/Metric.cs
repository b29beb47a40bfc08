namespace LibProcess.Metrics;

/// <summary>A named number of a node. Made by <see cref="MetricsRegistry"/>, which also takes it away again.</summary>
/// <remarks>Upstream: 3rdparty/libprocess/include/process/metrics/metric.hpp.</remarks>
public abstract class Metric
{
    private readonly MetricName name;

    private protected Metric(MetricName name)
    {
        this.name = name;
    }

    /// <summary>The key in the snapshot.</summary>
    public string Name => name.Path;

    /// <summary>The name without labels; equal to <see cref="Name"/> where there are none.</summary>
    public string Family => name.Family;

    /// <summary>The labels.</summary>
    public IReadOnlyList<MetricLabel> Labels => name.Labels;

    /// <summary>The value, for metrics that have it at hand; null where there is none yet. Any thread.</summary>
    internal virtual double? Current => null;

    /// <summary>What happened in the window of the metric; null without a window or with fewer than two values. Any thread.</summary>
    internal virtual MetricStatistics? Statistics => null;
}
