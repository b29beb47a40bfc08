using System.Globalization;

namespace LibProcess.Testing.Simulation;

/// <summary>
/// A simulation came to something that must not be. The text holds the seed, the step and what happened last; a run with the
/// same seed comes to the same step.
/// </summary>
public sealed class SimulationFailedException : Exception
{
    internal SimulationFailedException(string reason, ulong seed, long step, TimeSpan time, ulong hash, string trace, Exception? cause)
        : base(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{reason}\nseed {seed}, step {step}, virtual time {time}, trace hash {hash:x16}; what happened last:\n{trace}"),
            cause)
    {
        Reason = reason;
        Seed = seed;
        Step = step;
        Time = time;
        TraceHash = hash;
    }

    /// <summary>What went wrong, without the circumstances.</summary>
    public string Reason { get; }

    /// <summary>The seed of the run.</summary>
    public ulong Seed { get; }

    /// <summary>The step after which it was noticed.</summary>
    public long Step { get; }

    /// <summary>Virtual time since the start of the run.</summary>
    public TimeSpan Time { get; }

    /// <summary>The hash of all that happened until then.</summary>
    public ulong TraceHash { get; }
}
