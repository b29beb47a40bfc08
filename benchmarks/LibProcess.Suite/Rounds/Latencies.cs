using System.Diagnostics;

namespace LibProcess.Suite.Rounds;

/// <summary>Waiting times of one round. One writer.</summary>
internal sealed class Latencies(int capacity)
{
    private readonly long[] ticks = new long[capacity];
    private int count;

    public void Add(long from)
    {
        if (count < ticks.Length)
        {
            ticks[count++] = Stopwatch.GetTimestamp() - from;
        }
    }

    /// <summary>Percentiles in microseconds over all given.</summary>
    public static Dictionary<string, double> Percentiles(IEnumerable<Latencies> several)
    {
        long[] all = [.. several.SelectMany(one => one.ticks.Take(one.count))];
        if (all.Length == 0)
        {
            return [];
        }

        Array.Sort(all);
        return new()
        {
            ["p50us"] = At(all, 0.5),
            ["p99us"] = At(all, 0.99),
            ["p999us"] = At(all, 0.999),
        };
    }

    private static double At(long[] sorted, double part) =>
        sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))] * 1e6 / Stopwatch.Frequency;
}
