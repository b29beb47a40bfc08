namespace LibProcess.Metrics;

/// <summary>A number that counts events up. Any thread, without locks.</summary>
/// <remarks>Upstream: 3rdparty/libprocess/include/process/metrics/counter.hpp.</remarks>
public sealed class Counter : Metric
{
    private long value;

    internal Counter(MetricName name)
        : base(name)
    {
    }

    /// <summary>The count so far.</summary>
    public long Value => Interlocked.Read(ref value);

    internal override double? Current => Value;

    /// <summary>Counts one event, or several.</summary>
    public void Increment(long by = 1) => Interlocked.Add(ref value, by);

    /// <summary>Starts again from zero.</summary>
    public void Reset() => Interlocked.Exchange(ref value, 0);
}
