using LibProcess.Processes;

namespace LibProcess.Metrics;

/// <summary>A number that is asked for when a snapshot is taken.</summary>
/// <remarks>Upstream: 3rdparty/libprocess/include/process/metrics/pull_gauge.hpp.</remarks>
public sealed class PullGauge : Metric
{
    internal PullGauge(MetricName name, ProcessBase? owner, Func<double>? read, Func<Task<double>>? readAsync)
        : base(name)
    {
        Owner = owner;
        Read = read;
        ReadAsync = readAsync;
    }

    /// <summary>The process whose state the gauge reads, and in which it is therefore asked; null where any thread may ask.</summary>
    internal ProcessBase? Owner { get; }

    internal Func<double>? Read { get; }

    internal Func<Task<double>>? ReadAsync { get; }
}
