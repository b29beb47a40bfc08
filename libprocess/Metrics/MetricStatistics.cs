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

    /// <summary>How many values there are.</summary>
    public int Count => sorted.Length;

    /// <summary>The smallest value.</summary>
    public double Min => sorted[0];

    /// <summary>The largest value.</summary>
    public double Max => sorted[^1];

    /// <summary>The values below which these parts of all values lie.</summary>
    public IEnumerable<(double Quantile, double Value)> Quantiles() =>
        Percentiles.Select(item => (item.Percentile, Percentile(item.Percentile)));

    /// <summary>Lists the numbers with what is appended to the name of the metric.</summary>
    public IEnumerable<(string Suffix, double Value)> List()
    {
        yield return ("/count", Count);
        yield return ("/max", Max);
        yield return ("/min", Min);
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
