namespace LibProcess.Metrics;

/// <summary>What a series of values looks like.</summary>
/// <remarks>Upstream: 3rdparty/libprocess/include/process/statistics.hpp. Percentiles are interpolated between neighbours.</remarks>
internal sealed class MetricStatistics
{
    // In the order of their names, which is also the order in which a snapshot lists them.
    private static readonly (string Suffix, double Percentile)[] Percentiles =
    [
        ("/p50", 0.5),
        ("/p90", 0.9),
        ("/p95", 0.95),
        ("/p99", 0.99),
        ("/p999", 0.999),
        ("/p9999", 0.9999),
    ];

    private readonly double[] sorted;

    private MetricStatistics(double[] sorted)
    {
        this.sorted = sorted;
    }

    /// <summary>Takes the array over.</summary>
    /// <returns>Null for fewer than two values.</returns>
    public static MetricStatistics? From(double[] values)
    {
        if (values.Length < 2)
        {
            return null;
        }

        Array.Sort(values);
        return new MetricStatistics(values);
    }

    /// <summary>Lists the numbers with what is appended to the name of the metric.</summary>
    public IEnumerable<(string Suffix, double Value)> List()
    {
        yield return ("/count", sorted.Length);
        yield return ("/max", sorted[^1]);
        yield return ("/min", sorted[0]);
        foreach ((string suffix, double percentile) in Percentiles)
        {
            yield return (suffix, Percentile(percentile));
        }
    }

    /// <summary>The value below which a part of the values lies.</summary>
    /// <param name="percentile">Between 0 and 1.</param>
    public double Percentile(double percentile)
    {
        double position = percentile * (sorted.Length - 1);
        int index = Math.Min((int)position, sorted.Length - 2);
        return sorted[index] + ((sorted[index + 1] - sorted[index]) * (position - index));
    }
}
