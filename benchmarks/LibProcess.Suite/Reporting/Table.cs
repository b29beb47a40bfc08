using System.Globalization;
using LibProcess.Suite.Catalog;
using LibProcess.Suite.Measuring;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Reporting;

/// <summary>Results as rows of a markdown table.</summary>
internal static class Table
{
    public const string Head =
        """
        | benchmark | ours/s (90 %) | ns/op | CPU µs/op | B/op | GC ms | D | ratio to peers (90 %) | upstream, recorded in another run | bars |
        |---|---|---|---|---|---|---|---|---|---|
        """;

    public static string Row(Result result, Goals goals)
    {
        string name = $"**{result.Benchmark.Id}** {result.Benchmark.Title}";
        if (result.Failure is not null)
        {
            return $"| {name} | failed: {OneLine(result.Failure)} |||||||||";
        }

        if (result.Of(Sides.Ours).Count == 0)
        {
            return $"| {name} | not measured |||||||||";
        }

        Interval rate = result.Rate(Sides.Ours);
        string[] cells =
        [
            name,
            $"{Rate(rate.Median)} ({Rate(rate.Low)}–{Rate(rate.High)})",
            Number(1e9 / rate.Median),
            Number(result.Median(Sides.Ours, static sample => sample.CpuMicros)),
            Number(result.Median(Sides.Ours, static sample => sample.BytesPerOperation)),
            Number(result.Median(Sides.Ours, static sample => sample.PauseMilliseconds)),
            result.Distance is { } distance ? distance.ToString("0.00", CultureInfo.InvariantCulture) : "—",
            string.Join("<br>", Peers(result)),
            string.Join("<br>", Recorded(result)),
            string.Join("<br>", goals.Judge(result).Select(static verdict => verdict.ToString())),
        ];
        string row = $"| {string.Join(" | ", cells)} |";
        string extra = string.Join(", ", result.Of(Sides.Ours)[0].Extra.Keys.Select(key =>
            $"{key} {Number(result.Median(Sides.Ours, sample => sample.Extra.GetValueOrDefault(key, double.NaN)))}"));
        return extra.Length == 0 ? row : $"{row}\n| ↳ {extra} ||||||||||";
    }

    /// <summary>What the peers themselves came to.</summary>
    public static IEnumerable<string> PeerFigures(Result result) =>
        from side in result.Sides
        where side != Sides.Ours
        select $"{side}: {Rate(result.Median(side, static s => s.Rate))}/s, "
            + $"{Number(result.Median(side, static s => s.CpuMicros))} µs CPU, {Number(result.Median(side, static s => s.BytesPerOperation))} B"
            + string.Concat(result.Of(side)[0].Extra.Keys.Select(key => $", {key} {Number(result.Median(side, s => s.Extra.GetValueOrDefault(key)))}"));

    public static string Number(double value) =>
        double.IsNaN(value) ? "—" : value.ToString(Math.Abs(value) switch
        {
            >= 100 => "#,##0",
            >= 10 => "0.0",
            _ => "0.00",
        }, CultureInfo.InvariantCulture);

    private static IEnumerable<string> Peers(Result result)
    {
        foreach (string peer in result.Benchmark.Peers)
        {
            if (result.Ratio(peer) is { } ratio)
            {
                yield return $"{Number(ratio.Median)}× {peer} ({Number(ratio.Low)}–{Number(ratio.High)})";
            }
            else if (result.Failed.TryGetValue(peer, out string? error))
            {
                yield return $"{peer} failed: {OneLine(error)}";
            }
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Replace('|', '/');

    private static IEnumerable<string> Recorded(Result result) =>
        from figure in result.Benchmark.Recorded
        select figure.Key == "rate"
            ? $"{Rate(figure.Value)}/s, {Number(result.RatioToRecorded(figure.Key)!.Value)}×"
            : $"{figure.Key} {Number(figure.Value)}, {Number(result.RatioToRecorded(figure.Key)!.Value)}×";

    private static string Rate(double value) => value switch
    {
        >= 1e9 => $"{Number(value / 1e9)} G",
        >= 1e6 => $"{Number(value / 1e6)} M",
        >= 1e4 => $"{Number(value / 1e3)} k",
        _ => Number(value),
    };
}
