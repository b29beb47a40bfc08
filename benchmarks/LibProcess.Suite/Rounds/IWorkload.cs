namespace LibProcess.Suite.Rounds;

/// <summary>Something to measure, round after round. It checks itself that nothing was lost or doubled, and throws where it was.</summary>
internal interface IWorkload : IAsyncDisposable
{
    /// <summary>Further programs of this side, whose costs count.</summary>
    IEnumerable<SecondProgram> Others => [];

    /// <summary>Before each round; not measured.</summary>
    Task PrepareAsync();

    /// <summary>The measured part.</summary>
    Task<Outcome> RunAsync();

    /// <summary>After each round; not measured. Checks the counts.</summary>
    Task FinishAsync();
}

/// <summary>The number of operations done, and other figures by name.</summary>
internal sealed record Outcome(long Operations)
{
    public Dictionary<string, double> Extra { get; init; } = [];

    /// <summary>Where a program of another kind did the work and timed it itself.</summary>
    public double? Seconds { get; init; }

    /// <summary>The CPU time of that program, which counts in place of this one's.</summary>
    public double? OwnCpuSeconds { get; init; }
}

/// <summary>Something was lost or came twice.</summary>
internal sealed class MiscountException(string message) : Exception(message)
{
    public static void Check(string what, long expected, long found)
    {
        if (expected != found)
        {
            throw new MiscountException($"{what}: {found} instead of {expected}");
        }
    }
}
