namespace LibProcess.Suite.Measuring;

/// <summary>A median with the interval in which it lies nine times out of ten.</summary>
internal sealed record Interval(double Median, double Low, double High);

/// <summary>Medians and their intervals.</summary>
internal static class Statistics
{
    private const int Resamples = 2000;

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length switch
        {
            0 => double.NaN,
            _ when sorted.Length % 2 == 1 => sorted[middle],
            _ => (sorted[middle - 1] + sorted[middle]) / 2,
        };
    }

    /// <summary>Bootstrap: medians of samples drawn with replacement; always the same for the same values.</summary>
    public static Interval Bootstrap(IReadOnlyList<double> values)
    {
        var random = new Random(1);
        double[] medians = new double[Resamples];
        double[] drawn = new double[values.Count];
        for (int i = 0; i < Resamples; i++)
        {
            for (int j = 0; j < drawn.Length; j++)
            {
                drawn[j] = values[random.Next(values.Count)];
            }

            medians[i] = Median(drawn);
        }

        Array.Sort(medians);
        return new Interval(Median(values), medians[Resamples * 5 / 100], medians[Resamples * 95 / 100]);
    }
}
