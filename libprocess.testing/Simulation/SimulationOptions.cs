using LibProcess.Testing.Simulation.Faults;
using LibProcess.Testing.Simulation.Network;
using Microsoft.Extensions.Logging;

namespace LibProcess.Testing.Simulation;

/// <summary>What a simulation is made of.</summary>
public sealed record SimulationOptions
{
    /// <summary>Decides the order of everything; the same seed gives the same run.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How the network behaves.</summary>
    public NetworkConditions Network { get; init; } = new();

    /// <summary>Which faults come by themselves. Default: none.</summary>
    public FaultPlan Faults { get; init; } = FaultPlan.None;

    /// <summary>The date at the start. Default: the first of January 2026, UTC.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// The share of turns that begin late, from 0 to 1, so that more may arrive before a process gets to what waits for it.
    /// Default: 0.02.
    /// </summary>
    public double SlowTurns { get; init; } = 0.02;

    /// <summary>How late such a turn begins at most. Default: 5 milliseconds.</summary>
    public TimeSpan SlowTurnTime { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How many of the last things that happened the text of a failure shows. Default: 100.</summary>
    public int TraceLines { get; init; } = 100;

    /// <summary>From which level on log lines of the nodes are a part of the trace. Default: warnings.</summary>
    public LogLevel TraceLogs { get; init; } = LogLevel.Warning;

    /// <summary>After so many steps without any time passing the run fails: something goes in a circle. Default: 1,000,000.</summary>
    public int MaxStepsAtOnce { get; init; } = 1_000_000;

    /// <summary>Called before each step with its number; a place for a breakpoint. Default: null.</summary>
    public Action<long>? BeforeStep { get; init; }
}
