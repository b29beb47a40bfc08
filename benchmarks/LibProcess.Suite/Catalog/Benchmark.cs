using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Catalog;

/// <summary>One line of the suite: a workload in one shape, those measured beside us, and the least it could cost.</summary>
/// <param name="Id">Such as <c>L1.pairs8</c>; the key in the goals.</param>
/// <param name="Title">For people.</param>
/// <param name="Unit">What one operation is.</param>
/// <param name="Workload">The name all sides know it by.</param>
/// <param name="Shape">The same for all sides.</param>
internal sealed record Benchmark(string Id, string Title, string Unit, string Workload, Shape Shape)
{
    /// <summary>Who is measured beside us, in turn.</summary>
    public string[] Peers { get; init; } = [];

    /// <summary>Whether all programs of all sides stay on one CPU.</summary>
    public bool Pinned { get; init; }

    /// <summary>How often one operation must use a primitive, spread over all CPUs.</summary>
    public IReadOnlyDictionary<string, double> Costs { get; init; } = new Dictionary<string, double>();

    /// <summary>How often one operation must wait for a primitive, whatever the number of CPUs.</summary>
    public IReadOnlyDictionary<string, double> Waits { get; init; } = new Dictionary<string, double>();

    /// <summary>Figures of the original from another run on a machine of this kind, by name; <c>rate</c> is operations per second.</summary>
    public IReadOnlyDictionary<string, double> Recorded { get; init; } = new Dictionary<string, double>();

    /// <summary>In what the sides differ.</summary>
    public string? Note { get; init; }

    /// <summary>Whether our side too is measured against a program of the original.</summary>
    public bool NeedsOriginal { get; init; }

    /// <summary>The fewest operations that still are this workload.</summary>
    public double Least { get; init; } = 1;

    /// <summary>
    /// How long a round of a peer may take, in seconds: one that is slower gets fewer operations, and the run says so. Null where the
    /// number of operations is a part of the shape.
    /// </summary>
    public double? MostSeconds { get; init; }

    public IEnumerable<string> Probes => Costs.Keys.Concat(Waits.Keys).Distinct();
}
