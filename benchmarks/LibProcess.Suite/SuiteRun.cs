using LibProcess.Suite.Catalog;
using LibProcess.Suite.Measuring;
using LibProcess.Suite.Reporting;
using LibProcess.Suite.Rounds;
using LibProcess.Suite.Workloads;

namespace LibProcess.Suite;

/// <summary>Runs the chosen benchmarks one after the other and tells what they came to.</summary>
internal static class SuiteRun
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(SuiteOptions options)
    {
        var goals = Goals.Load(Path.Combine(AppContext.BaseDirectory, "goals.json"));
        History? history = options.HistoryFile is { } path ? new History(path) : null;
        List<string> rows = [];
        List<string> failures = [];
        await Console.Out.WriteLineAsync($"{Machine.Name}, commit {Machine.Commit()}{(options.Plan.Noisy ? ", others may use the machine" : string.Empty)}");
        foreach (Benchmark benchmark in options.Benchmarks)
        {
            if (benchmark.NeedsOriginal && Sides.OriginalDirectory is null)
            {
                await Console.Out.WriteLineAsync($"{benchmark.Id}: left out, the original's programs are not there");
                continue;
            }

            await Console.Out.WriteLineAsync($"{benchmark.Id}: {benchmark.Title}");
            Result result = await new BenchmarkRun(benchmark, options.Plan, Console.WriteLine).RunAsync();
            string row = Table.Row(result, goals);
            rows.Add(row);
            await Console.Out.WriteLineAsync(row);
            await TellAsync(result, history?.Append(result, options.Plan.Noisy));
            if (result.Failure is { } failure)
            {
                failures.Add($"{benchmark.Id} failed: {failure}");
            }

            failures.AddRange(goals.Judge(result).Where(static verdict => verdict.Enforced && verdict.MissesFloor)
                .Select(verdict => $"{benchmark.Id}: {verdict}"));
        }

        string table = Table.Head + "\n" + string.Join("\n", rows) + "\n";
        await Console.Out.WriteLineAsync("\n" + table);
        if (options.TableFile is { } file)
        {
            await File.WriteAllTextAsync(file, table);
        }

        foreach (string failure in failures)
        {
            await Console.Error.WriteLineAsync(failure);
        }

        // A run that loses messages is no run, whoever asked.
        return failures.Any(static failure => failure.Contains("failed:", StringComparison.Ordinal)) || (options.Check && failures.Count > 0) ? 1 : 0;
    }

    /// <summary>One small round of our side in this program.</summary>
    public static async Task<Sample> SmallAsync(Benchmark benchmark)
    {
        IWorkload workload = OurWorkloads.Create(new Order(benchmark.Workload, SmallShape(benchmark)));
        await using (workload)
        {
            return await Meter.MeasureAsync(workload);
        }
    }

    private static Shape SmallShape(Benchmark benchmark)
    {
        Shape shape = benchmark.Shape.Scaled(0.01, benchmark.Least);
        if (shape.ContainsKey("pairs") && benchmark.Workload == "spawn")
        {
            shape["pairs"] /= 100;
        }

        return shape;
    }

    private static async Task TellAsync(Result result, string? alert)
    {
        foreach (string peer in Table.PeerFigures(result))
        {
            await Console.Out.WriteLineAsync($"  {peer}");
        }

        if (result.Missing.Count > 0)
        {
            await Console.Out.WriteLineAsync($"  not there: {string.Join(", ", result.Missing)}");
        }

        if (result.Disturbances.Count > 0)
        {
            await Console.Out.WriteLineAsync($"  disturbed: {string.Join("; ", result.Disturbances)}");
        }

        if (alert is not null)
        {
            await Console.Out.WriteLineAsync($"  slower: {alert}");
        }
    }
}
