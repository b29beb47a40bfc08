using LibProcess.Suite.Catalog;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Measuring;

/// <summary>One benchmark: all sides in turn, round after round, between two looks at what primitives cost.</summary>
internal sealed class BenchmarkRun(Benchmark benchmark, Plan plan, Action<string> tell)
{
    private const double ProbesMayDiffer = 0.2;

    // The part of its operations by which is found out how long a round of a peer takes.
    private const double Trial = 0.02;

    public async Task<Result> RunAsync()
    {
        Result result = await OnceAsync();
        for (int repeat = 0; repeat < plan.Repeats && !plan.Noisy && result.Disturbances.Count > 0 && result.Failure is null; repeat++)
        {
            tell($"  disturbed ({string.Join("; ", result.Disturbances)}), once more");
            result = await OnceAsync();
        }

        return result;
    }

    private async Task<Result> OnceAsync()
    {
        var result = new Result(benchmark);
        List<Worker> workers = [];
        try
        {
            foreach (string side in (string[])[Sides.Ours, .. benchmark.Peers.Where(side => !plan.Without.Contains(side))])
            {
                if (Worker.TryStart(side, benchmark.Pinned) is { } worker)
                {
                    workers.Add(worker);
                }
                else
                {
                    result.Missing.Add(side);
                }
            }

            Dictionary<string, double> before = await ProbeAsync(workers[0]);
            await WarmUpAsync(workers, result);
            await MeasureAsync(workers, result);
            if (result.Failure is not null)
            {
                return result;
            }

            Dictionary<string, double> after = await ProbeAsync(workers[0]);
            foreach ((string name, double seconds) in before)
            {
                result.Probes[name] = (seconds + after[name]) / 2;
                if (Math.Abs(seconds - after[name]) > ProbesMayDiffer * Math.Min(seconds, after[name]))
                {
                    result.Disturbances.Add($"probe {name} moved from {seconds * 1e9:N1} to {after[name] * 1e9:N1} ns");
                }
            }
        }
        finally
        {
            foreach (Worker worker in workers)
            {
                await worker.DisposeAsync();
            }
        }

        return result;
    }

    private async Task<Dictionary<string, double>> ProbeAsync(Worker ours)
    {
        Dictionary<string, double> seconds = [];
        foreach (string probe in benchmark.Probes)
        {
            Sample sample = await ours.MeasureAsync(new Order($"probe.{probe}", []));
            seconds[probe] = sample.Error is null ? sample.Extra["seconds"] : throw new InvalidOperationException(sample.Error);
        }

        return seconds;
    }

    private async Task WarmUpAsync(List<Worker> workers, Result result)
    {
        foreach (Worker worker in workers.ToArray())
        {
            if (benchmark.MostSeconds is { } most && worker.Side != Sides.Ours && await TryOutAsync(worker, most) is { } broken)
            {
                await FailAsync(worker, workers, result, broken);
                continue;
            }

            double previous = 0;
            for (int i = 0; i < plan.MostWarmUps; i++)
            {
                Sample sample = await worker.MeasureAsync(Order(worker));
                if (sample.Error is not null)
                {
                    await FailAsync(worker, workers, result, sample.Error);
                    break;
                }

                if (i + 1 >= plan.LeastWarmUps && Math.Abs(sample.Rate - previous) < plan.Agreement * previous)
                {
                    break;
                }

                previous = sample.Rate;
            }
        }
    }

    private async Task MeasureAsync(List<Worker> workers, Result result)
    {
        for (int round = 0; round < plan.Rounds && result.Failure is null; round++)
        {
            QuietCheck.Load load = await QuietCheck.LookAsync(plan.Look);
            result.Background.Add(load.Background);
            if (!load.IsQuiet)
            {
                result.Disturbances.Add($"round {round + 1}: {load.Background:P0} background, {load.Stolen:P1} stolen");
            }

            foreach (Worker worker in workers.ToArray())
            {
                Sample sample = await worker.MeasureAsync(Order(worker));
                if (sample.Error is not null)
                {
                    await FailAsync(worker, workers, result, sample.Error);
                }
                else
                {
                    result.Add(worker.Side, sample);
                }
            }
        }
    }

    private Order Order(Worker worker) => new(benchmark.Workload, benchmark.Shape.Scaled(plan.Scale * worker.Share, benchmark.Least));

    /// <summary>Gives a slow peer so few operations that its rounds end in time; rates can be compared all the same.</summary>
    /// <returns>Why it failed; null where it did not.</returns>
    private async Task<string?> TryOutAsync(Worker worker, double mostSeconds)
    {
        worker.Share = Trial;
        Sample sample = await worker.MeasureAsync(Order(worker));
        if (sample.Error is not null)
        {
            return sample.Error;
        }

        worker.Share = Math.Clamp(mostSeconds / (sample.Seconds / Trial), Trial / 2, 1);
        if (worker.Share < 1)
        {
            tell($"  {worker.Side} gets {worker.Share:P1} of the operations: all of them would take it {sample.Seconds / Trial:N0} s");
        }

        return null;
    }

    // A peer that fails is left out and named; where we fail, the benchmark has failed.
    private static async Task FailAsync(Worker worker, List<Worker> workers, Result result, string error)
    {
        if (worker.Side == Sides.Ours)
        {
            result.Failure = error;
            return;
        }

        result.Failed[worker.Side] = error;
        result.Forget(worker.Side);
        workers.Remove(worker);
        await worker.DisposeAsync();
    }
}
