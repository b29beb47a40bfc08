using LibProcess.Suite;
using LibProcess.Suite.Catalog;
using LibProcess.Suite.Rounds;
using LibProcess.Suite.Workloads;

switch (args)
{
    case ["worker", Sides.Ours]:
        await WorkerLoop.RunAsync(OurWorkloads.Create);
        return 0;
    case ["worker", Sides.Raw]:
        await WorkerLoop.RunAsync(RawWorkloads.Create);
        return 0;
    case ["worker", Sides.Original]:
        await WorkerLoop.RunAsync(OriginalWorkload.Create);
        return 0;
    case ["serve", .. var what]:
        await OurWorkloads.ServeAsync(what);
        return 0;
}

SuiteOptions options;
try
{
    options = SuiteOptions.Parse(args);
}
catch (Exception exception) when (exception is ArgumentException or FormatException)
{
    await Console.Error.WriteLineAsync(exception.Message + "\n\n" + SuiteOptions.Usage);
    return 2;
}

if (options.List)
{
    foreach (Benchmark benchmark in options.Benchmarks)
    {
        await Console.Out.WriteLineAsync($"{benchmark.Id,-36} {benchmark.Title} ({benchmark.Unit}; {string.Join(", ", benchmark.Peers)})");
    }

    return 0;
}

if (options.Small)
{
    int lost = 0;
    foreach (Benchmark benchmark in options.Benchmarks.Where(static one => !one.NeedsOriginal || Sides.OriginalDirectory is not null))
    {
        try
        {
            Sample sample = await SuiteRun.SmallAsync(benchmark);
            await Console.Out.WriteLineAsync($"{benchmark.Id,-36} {sample.Operations,12:N0} {benchmark.Unit}s counted in {sample.Seconds:0.000} s");
        }
        catch (MiscountException exception)
        {
            lost++;
            await Console.Out.WriteLineAsync($"{benchmark.Id,-36} {exception.Message}");
        }
    }

    return lost == 0 ? 0 : 1;
}

return await SuiteRun.RunAsync(options);
