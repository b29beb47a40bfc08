namespace LibProcess.Metrics;

/// <summary>A number that is set when it changes. Any thread, without locks.</summary>
/// <remarks>
/// Upstream: 3rdparty/libprocess/include/process/metrics/push_gauge.hpp. Cheaper to read than a <see cref="PullGauge"/>, whose
/// process must take a turn: prefer it where the value is at hand whenever it changes.
/// </remarks>
public sealed class PushGauge : Metric
{
    private double value;

    internal PushGauge(MetricName name)
        : base(name)
    {
    }

    /// <summary>The value; zero at first.</summary>
    public double Value
    {
        get => Volatile.Read(ref value);
        set => Volatile.Write(ref this.value, value);
    }

    internal override double? Current => Value;

    /// <summary>Adds to the value.</summary>
    public void Increment(double by = 1)
    {
        double seen = Value;
        while (true)
        {
            double found = Interlocked.CompareExchange(ref value, seen + by, seen);
            if (BitConverter.DoubleToInt64Bits(found) == BitConverter.DoubleToInt64Bits(seen))
            {
                return;
            }

            seen = found;
        }
    }

    /// <summary>Takes from the value.</summary>
    public void Decrement(double by = 1) => Increment(-by);
}
