using LibProcess.Suite.Catalog;
using LibProcess.Suite.Measuring;
using LibProcess.Suite.Reporting;
using LibProcess.Suite.Rounds;
using Mesos.Suite.Workloads;

namespace Mesos.Suite;

/// <summary>Runs the chosen benchmarks one after the other and tells what they came to.</summary>
internal static class SuiteRun
{
    /// <summary>In the shape of a benchmark each of whose rounds starts a cluster of its own: nothing gets warm, and rounds take long.</summary>
    public const string StartsAnew = "startsAnew";

    private const int MostAnew = 3;

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(Options options)
    {
        var goals = Goals.Load(Path.Combine(AppContext.BaseDirectory, "goals.json"));
        History? history = options.HistoryFile is { } path ? new History(path) : null;
        List<string> rows = [];
        List<string> failures = [];
        await Console.Out.WriteLineAsync($"{Machine.Name}, commit {Machine.Commit()}{(options.Plan.Noisy ? ", others may use the machine" : string.Empty)}");
        foreach (Benchmark benchmark in options.Benchmarks)
        {
            await Console.Out.WriteLineAsync($"{benchmark.Id}: {benchmark.Title}");
            Result result = await MeasureAsync(benchmark, options);
            for (int repeat = 0; repeat < options.Plan.Repeats && !options.Plan.Noisy && result.Disturbances.Count > 0 && result.Failure is null; repeat++)
            {
                await Console.Out.WriteLineAsync($"  disturbed ({string.Join("; ", result.Disturbances)}), once more");
                result = await MeasureAsync(benchmark, options);
            }

            rows.Add(Table.Row(result, goals));
            await Console.Out.WriteLineAsync(rows[^1]);
            if (result.Disturbances.Count > 0)
            {
                await Console.Out.WriteLineAsync($"  disturbed: {string.Join("; ", result.Disturbances)}");
            }

            if (history?.Append(result, options.Plan.Noisy) is { } slower)
            {
                await Console.Out.WriteLineAsync($"  slower: {slower}");
            }

            failures.AddRange(result.Failure is { } failure ? [$"{benchmark.Id} failed: {failure}"] : []);
            failures.AddRange(goals.Judge(result).Where(static verdict => verdict.Enforced && verdict.MissesFloor).Select(verdict => $"{benchmark.Id}: {verdict}"));
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

        return failures.Any(static failure => failure.Contains("failed:", StringComparison.Ordinal)) || (options.Check && failures.Count > 0) ? 1 : 0;
    }

    /// <summary>One round of the fewest operations that still are this workload.</summary>
    public static async Task<Sample> SmallAsync(Benchmark benchmark, string executable)
    {
        Shape shape = benchmark.Shape.Scaled(0, benchmark.Least);
        if (shape.ContainsKey("quietSeconds"))
        {
            shape["quietSeconds"] = 0.1;
        }

        if (shape.ContainsKey("tasks"))
        {
            shape["tasks"] = 5;
        }

        await using IWorkload workload = AgentWorkloads.Create(new Order(benchmark.Workload, shape), executable);
        return await Meter.MeasureAsync(workload);
    }

    private static async Task<Result> MeasureAsync(Benchmark benchmark, Options options)
    {
        var result = new Result(benchmark);
        var order = new Order(benchmark.Workload, benchmark.Shape.Scaled(options.Plan.Scale, benchmark.Least));
        try
        {
            await using IWorkload workload = AgentWorkloads.Create(order, options.Executable);
            bool anew = benchmark.Shape.Has(StartsAnew);
            int warmUps = anew ? 0 : options.Plan.LeastWarmUps;
            int rounds = anew ? Math.Min(MostAnew, options.Plan.Rounds) : options.Plan.Rounds;
            for (int round = -warmUps; round < rounds; round++)
            {
                QuietCheck.Load load = await QuietCheck.LookAsync(options.Plan.Look);
                Sample sample = await Meter.MeasureAsync(workload);
                if (round < 0)
                {
                    continue;
                }

                result.Background.Add(load.Background);
                if (!load.IsQuiet)
                {
                    result.Disturbances.Add($"round {round + 1}: {load.Background:P0} background, {load.Stolen:P1} stolen");
                }

                result.Add(Sides.Ours, sample);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            result.Failure = $"{exception.GetType().Name}: {exception.Message}";
        }

        return result;
    }
}
