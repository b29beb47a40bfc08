using LibProcess.Suite.Catalog;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Measuring;

/// <summary>What the rounds of one benchmark came to.</summary>
internal sealed class Result(Benchmark benchmark)
{
    private readonly Dictionary<string, List<Sample>> samples = [];

    public Benchmark Benchmark => benchmark;

    /// <summary>Sides whose programs are not there.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>Sides that failed, and how.</summary>
    public Dictionary<string, string> Failed { get; } = [];

    /// <summary>How our own side failed; null where it did not.</summary>
    public string? Failure { get; set; }

    /// <summary>Signs that others used the machine.</summary>
    public List<string> Disturbances { get; } = [];

    /// <summary>The part of the CPUs that others used, before each round.</summary>
    public List<double> Background { get; } = [];

    /// <summary>Seconds for one use of each primitive.</summary>
    public Dictionary<string, double> Probes { get; } = [];

    public IEnumerable<string> Sides => samples.Keys;

    public IReadOnlyList<Sample> Of(string side) => samples.TryGetValue(side, out List<Sample>? found) ? found : [];

    public void Add(string side, Sample sample)
    {
        if (!samples.TryGetValue(side, out List<Sample>? list))
        {
            samples[side] = list = [];
        }

        list.Add(sample);
    }

    public void Forget(string side) => samples.Remove(side);

    public double Median(string side, Func<Sample, double> figure) => Statistics.Median(Of(side).Select(figure));

    public Interval Rate(string side) => Statistics.Bootstrap([.. Of(side).Select(sample => sample.Rate)]);

    /// <summary>Our rate over that of a peer, round by round; null where the peer was not measured.</summary>
    public Interval? Ratio(string peer)
    {
        double[] ratios = [.. Of(Catalog.Sides.Ours).Zip(Of(peer), static (ours, theirs) => ours.Rate / theirs.Rate)];
        return ratios.Length == 0 ? null : Statistics.Bootstrap(ratios);
    }

    /// <summary>A figure of the original from another run over ours, or ours over it where more is better.</summary>
    public double? RatioToRecorded(string figure) =>
        !benchmark.Recorded.TryGetValue(figure, out double recorded) ? null
        : figure == "rate" ? Median(Catalog.Sides.Ours, static sample => sample.Rate) / recorded
        : recorded / Median(Catalog.Sides.Ours, sample => sample.Extra[figure]);

    /// <summary>How near we are to what the primitives allow; 1 is at the limit. Null without a limit.</summary>
    public double? Distance
    {
        get
        {
            double cpus = benchmark.Pinned ? 1 : Environment.ProcessorCount;
            double spread = benchmark.Costs.Sum(cost => cost.Value * Probes.GetValueOrDefault(cost.Key)) / cpus;
            double waited = benchmark.Waits.Sum(cost => cost.Value * Probes.GetValueOrDefault(cost.Key));
            double limit = Math.Max(spread, waited);
            return limit > 0 && Of(Catalog.Sides.Ours).Count > 0 ? Median(Catalog.Sides.Ours, static sample => sample.Rate) * limit : null;
        }
    }
}
