namespace LibProcess.Suite.Measuring;

/// <summary>How thoroughly to measure.</summary>
internal sealed record Plan
{
    /// <summary>Measured rounds of each side.</summary>
    public int Rounds { get; init; } = 7;

    /// <summary>Rounds before them at least.</summary>
    public int LeastWarmUps { get; init; } = 3;

    /// <summary>Rounds before them at most, where no two agree.</summary>
    public int MostWarmUps { get; init; } = 8;

    /// <summary>Two rounds agree that differ by less than this part.</summary>
    public double Agreement { get; init; } = 0.1;

    /// <summary>How many operations, in parts of the full number.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Whether to go on though others use the machine.</summary>
    public bool Noisy { get; init; }

    /// <summary>How long to look whether it is quiet before each round.</summary>
    public TimeSpan Look => TimeSpan.FromSeconds(Noisy ? 0.1 : 1);

    /// <summary>How often a benchmark is repeated that was disturbed.</summary>
    public int Repeats { get; init; } = 3;

    /// <summary>Sides to leave out.</summary>
    public IReadOnlySet<string> Without { get; init; } = new HashSet<string>();
}
