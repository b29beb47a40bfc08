using System.Diagnostics;
using System.Globalization;

namespace LibProcess.Throughput;

/// <summary>Warms a workload up until two rounds agree, then reports the median of the measured rounds.</summary>
internal static class Runner
{
    private const int MaxWarmUps = 6;
    private const int Rounds = 5;

    public static async Task MeasureAsync(IWorkload workload)
    {
        double previous = 0;
        for (int i = 0; i < MaxWarmUps; i++)
        {
            double rate = (await RoundAsync(workload)).Rate;
            if (i >= 2 && Math.Abs(rate - previous) < 0.1 * previous)
            {
                break;
            }

            previous = rate;
        }

        var rounds = new List<Round>();
        for (int i = 0; i < Rounds; i++)
        {
            rounds.Add(await RoundAsync(workload));
        }

        Round median = rounds.OrderBy(round => round.Rate).ElementAt(Rounds / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{workload.Name,-58} {median.Rate,12:N0} /s {1e9 / median.Rate,9:N0} ns {median.Bytes,8:N1} B {median.Cpu * 1e9,9:N0} ns cpu   ({rounds.Min(r => r.Rate):N0} - {rounds.Max(r => r.Rate):N0})"));
    }

    private static async Task<Round> RoundAsync(IWorkload workload)
    {
        GC.Collect();
        using Process self = Process.GetCurrentProcess();
        TimeSpan cpu = self.TotalProcessorTime;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long started = Stopwatch.GetTimestamp();
        long operations = await workload.RunAsync();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        long bytes = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        self.Refresh();
        return new Round(operations / seconds, bytes / (double)operations, (self.TotalProcessorTime - cpu).TotalSeconds / operations);
    }

    private sealed record Round(double Rate, double Bytes, double Cpu);
}
