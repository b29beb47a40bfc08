using System.Text.Json;
using LibProcess.Suite.Catalog;
using LibProcess.Suite.Measuring;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Reporting;

/// <summary>What must be reached and what should be, by benchmark; the file is <c>benchmarks/goals.json</c>.</summary>
internal sealed class Goals
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip };
    private readonly Dictionary<string, Row> rows;

    private Goals(Dictionary<string, Row> rows)
    {
        this.rows = rows;
    }

    public IEnumerable<string> Benchmarks => rows.Keys;

    public static Goals Load(string path) =>
        new(JsonSerializer.Deserialize<Dictionary<string, Row>>(File.ReadAllText(path), Options)
            ?? throw new InvalidDataException($"{path} is empty"));

    /// <summary>Compares a result with what is set for it.</summary>
    public IEnumerable<Verdict> Judge(Result result)
    {
        if (!rows.TryGetValue(result.Benchmark.Id, out Row? row) || result.Failure is not null || result.Of(Sides.Ours).Count == 0)
        {
            yield break;
        }

        foreach ((string peer, Bar bar) in row.Peers)
        {
            // A recorded figure is from another run: it informs, and never fails a check.
            if (result.Ratio(peer) is { } ratio)
            {
                yield return new Verdict($"{ratio.Median:0.##}× {peer}", bar.Floor, bar.Goal, ratio.Low, bar.Enforced, MoreIsBetter: true);
            }
            else if (peer == Sides.Original && result.RatioToRecorded(bar.Figure) is { } recorded)
            {
                yield return new Verdict($"{recorded:0.##}× upstream (recorded, other run)", bar.Floor, bar.Goal, recorded, Enforced: false, MoreIsBetter: true);
            }
        }

        foreach ((string figure, Bar bar) in row.Figures)
        {
            double found = Figure(result, figure);
            yield return new Verdict($"{figure} {found:0.##}", bar.Floor, bar.Goal, found, bar.Enforced, MoreIsBetter: figure == "distance");
        }
    }

    private static double Figure(Result result, string figure) => figure switch
    {
        "distance" => result.Distance ?? double.NaN,
        "bytesPerOp" => result.Median(Sides.Ours, static sample => sample.BytesPerOperation),
        "cpuMicrosPerOp" => result.Median(Sides.Ours, static sample => sample.CpuMicros),
        "nsPerOp" => result.Median(Sides.Ours, static sample => sample.Seconds * 1e9 / sample.Operations),
        _ => result.Median(Sides.Ours, sample => sample.Extra.GetValueOrDefault(figure, double.NaN)),
    };

    /// <param name="Peers">Ratios of our rate to a peer's; the lower end of the interval counts.</param>
    /// <param name="Figures">distance, bytesPerOp, cpuMicrosPerOp, nsPerOp, or a figure the workload tells.</param>
    internal sealed record Row
    {
        public Dictionary<string, Bar> Peers { get; init; } = [];

        public Dictionary<string, Bar> Figures { get; init; } = [];
    }

    internal sealed record Bar
    {
        /// <summary>What must be reached; null for nothing.</summary>
        public double? Floor { get; init; }

        /// <summary>What should be.</summary>
        public double? Goal { get; init; }

        /// <summary>Whether a missed floor fails the check.</summary>
        public bool Enforced { get; init; }

        /// <summary>The figure of the original to compare with, where it is not in the run.</summary>
        public string Figure { get; init; } = "rate";
    }
}

/// <summary>One bar and what was found.</summary>
internal sealed record Verdict(string Text, double? Floor, double? Goal, double Found, bool Enforced, bool MoreIsBetter)
{
    public bool MissesFloor => Floor is { } floor && !Reaches(floor);

    public bool MeetsGoal => Goal is not { } goal || Reaches(goal);

    public override string ToString() =>
        $"{Text} {(MeetsGoal ? "meets" : MissesFloor ? "misses the floor of" : "misses")} {(MeetsGoal || !MissesFloor ? Goal : Floor):0.##}";

    private bool Reaches(double bar) => MoreIsBetter ? Found >= bar : Found <= bar;
}
