namespace LibProcess.Testing.Simulation.Faults;

/// <summary>
/// Which faults come by themselves, and how often. Times between faults are means over the whole cluster, in virtual time; null
/// for never.
/// </summary>
public sealed record FaultPlan
{
    /// <summary>No faults.</summary>
    public static FaultPlan None { get; } = new();

    /// <summary>A bad day: lost connections, cuts, crashes and pauses, several a minute.</summary>
    public static FaultPlan Rough { get; } = new()
    {
        LoseConnection = TimeSpan.FromSeconds(5),
        HalfOpen = TimeSpan.FromSeconds(30),
        Cut = TimeSpan.FromSeconds(20),
        Crash = TimeSpan.FromSeconds(20),
        Pause = TimeSpan.FromSeconds(20),
    };

    /// <summary>How often some connection is lost.</summary>
    public TimeSpan? LoseConnection { get; init; }

    /// <summary>How often some connection becomes half open.</summary>
    public TimeSpan? HalfOpen { get; init; }

    /// <summary>How often two nodes are cut off from each other.</summary>
    public TimeSpan? Cut { get; init; }

    /// <summary>The share of cuts in one direction only, from 0 to 1. Default: 0.3.</summary>
    public double OneWay { get; init; } = 0.3;

    /// <summary>How long a cut lasts on average. Default: 3 seconds.</summary>
    public TimeSpan CutTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often some node crashes.</summary>
    public TimeSpan? Crash { get; init; }

    /// <summary>The share of crashes that take the host along, from 0 to 1. Default: 0.3.</summary>
    public double WithHost { get; init; } = 0.3;

    /// <summary>How long a node stays down on average. Default: 3 seconds.</summary>
    public TimeSpan DownTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How many nodes may be down at a time. Default: 1.</summary>
    public int MaxDown { get; init; } = 1;

    /// <summary>How often some node stands still.</summary>
    public TimeSpan? Pause { get; init; }

    /// <summary>How long a node stands still on average. Default: half a second.</summary>
    public TimeSpan PauseTime { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The nodes that may crash or stand still, by name; null, the default, for all.</summary>
    public IReadOnlyCollection<string>? Victims { get; init; }
}
