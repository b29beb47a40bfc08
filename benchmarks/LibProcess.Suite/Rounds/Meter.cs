using System.Diagnostics;

namespace LibProcess.Suite.Rounds;

/// <summary>Measures one round.</summary>
internal static class Meter
{
    public static async Task<Sample> MeasureAsync(IWorkload workload)
    {
        await workload.PrepareAsync();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Usage others = await SumAsync(workload);
        Usage own = Usage.OfThisProgram();
        long started = Stopwatch.GetTimestamp();
        Outcome outcome = await workload.RunAsync();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Usage mine = Usage.OfThisProgram().Since(own);
        Usage used = (mine with { CpuSeconds = outcome.OwnCpuSeconds ?? mine.CpuSeconds }).Plus((await SumAsync(workload)).Since(others));

        await workload.FinishAsync();
        return new Sample
        {
            Operations = outcome.Operations,
            Seconds = outcome.Seconds ?? seconds,
            CpuSeconds = used.CpuSeconds,
            Bytes = used.Bytes,
            PauseMilliseconds = used.PauseMilliseconds,
            Extra = outcome.Extra,
        };
    }

    private static async Task<Usage> SumAsync(IWorkload workload)
    {
        var sum = new Usage(0, 0, 0, 0);
        foreach (SecondProgram other in workload.Others)
        {
            sum = sum.Plus(await other.UsageAsync());
        }

        return sum;
    }
}
