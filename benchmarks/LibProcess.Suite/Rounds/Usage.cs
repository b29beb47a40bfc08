using System.Diagnostics;

namespace LibProcess.Suite.Rounds;

/// <summary>What a program has used so far, and how many operations it has counted.</summary>
internal sealed record Usage(double CpuSeconds, long Bytes, double PauseMilliseconds, long Counted)
{
    public static Usage OfThisProgram(long counted = 0)
    {
        using Process self = Process.GetCurrentProcess();
        return new Usage(
            self.TotalProcessorTime.TotalSeconds,
            GC.GetTotalAllocatedBytes(precise: true),
            GC.GetTotalPauseDuration().TotalMilliseconds,
            counted);
    }

    public Usage Since(Usage before) => new(
        CpuSeconds - before.CpuSeconds,
        Bytes - before.Bytes,
        PauseMilliseconds - before.PauseMilliseconds,
        Counted - before.Counted);

    public Usage Plus(Usage other) => new(
        CpuSeconds + other.CpuSeconds,
        Bytes + other.Bytes,
        PauseMilliseconds + other.PauseMilliseconds,
        Counted + other.Counted);
}
