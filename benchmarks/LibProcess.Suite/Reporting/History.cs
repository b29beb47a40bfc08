using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using LibProcess.Suite.Catalog;
using LibProcess.Suite.Measuring;

namespace LibProcess.Suite.Reporting;

/// <summary>One line of JSON for each benchmark ever run: to see what becomes slower.</summary>
internal sealed class History(string path)
{
    private const int Compared = 10;
    private const double Alert = 0.9;

    /// <summary>Appends a result.</summary>
    /// <returns>A warning where the rate is a tenth below the median of the last ten on this machine; or null.</returns>
    public string? Append(Result result, bool noisy)
    {
        if (result.Failure is not null || result.Of(Sides.Ours).Count == 0)
        {
            return null;
        }

        double rate = result.Rate(Sides.Ours).Median;
        double[] before = [.. Read().Where(entry => entry.Benchmark == result.Benchmark.Id && entry.Machine == Machine.Name)
            .TakeLast(Compared).Select(entry => entry.Rate)];
        var line = new Entry(
            DateTimeOffset.UtcNow,
            Machine.Commit(),
            Machine.Name,
            result.Benchmark.Id,
            rate,
            result.Median(Sides.Ours, static sample => sample.CpuMicros),
            result.Median(Sides.Ours, static sample => sample.BytesPerOperation),
            result.Distance,
            result.Benchmark.Peers.Where(peer => result.Ratio(peer) is not null).ToDictionary(peer => peer, peer => result.Ratio(peer)!.Median),
            noisy || result.Disturbances.Count > 0);
        File.AppendAllText(path, JsonSerializer.Serialize(line) + "\n");
        double median = Statistics.Median(before);
        return before.Length == Compared && rate < Alert * median
            ? $"{result.Benchmark.Id} fell from {Table.Number(median)} to {Table.Number(rate)} per second"
            : null;
    }

    private Entry[] Read() =>
        File.Exists(path) ? [.. File.ReadLines(path).Select(static line => JsonSerializer.Deserialize<Entry>(line)!)] : [];

    private sealed record Entry(
        DateTimeOffset At,
        string Commit,
        string Machine,
        string Benchmark,
        double Rate,
        double CpuMicros,
        double Bytes,
        double? Distance,
        Dictionary<string, double> Ratios,
        bool Disturbed);
}

/// <summary>What the figures belong to.</summary>
internal static class Machine
{
    public static string Name { get; } =
        $"{Environment.ProcessorCount} × {Cpu()}, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    public static string Commit()
    {
        try
        {
            using Process git = Process.Start(new ProcessStartInfo("git", ["rev-parse", "--short", "HEAD"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = AppContext.BaseDirectory,
            })!;
            return git.StandardOutput.ReadToEnd().Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return string.Empty;
        }
    }

    private static string Cpu() =>
        !File.Exists("/proc/cpuinfo")
            ? RuntimeInformation.ProcessArchitecture.ToString()
            : File.ReadLines("/proc/cpuinfo").FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':')[1].Trim() ?? "CPU";
}
