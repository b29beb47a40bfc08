using LibProcess.Suite.Catalog;
using LibProcess.Suite.Rounds;
using Mesos.Suite;
using Mesos.Suite.Catalog;

Options options;
try
{
    options = Options.Parse(args);
}
catch (Exception exception) when (exception is ArgumentException or FormatException)
{
    await Console.Error.WriteLineAsync(exception.Message + "\n\n" + Options.Usage);
    return 2;
}

if (options.List)
{
    foreach (Benchmark benchmark in options.Benchmarks)
    {
        await Console.Out.WriteLineAsync($"{benchmark.Id,-28} {benchmark.Title} ({benchmark.Unit})");
    }

    return 0;
}

if (!File.Exists(options.Executable))
{
    await Console.Error.WriteLineAsync($"There is no '{options.Executable}': dotnet publish mesos/cli -c Release -r linux-x64 -o artifacts, or name one with --mesos=PATH");
    return 2;
}

if (!options.Small)
{
    return await SuiteRun.RunAsync(options);
}

foreach (Benchmark benchmark in options.Benchmarks)
{
    Sample sample = await SuiteRun.SmallAsync(benchmark, options.Executable);
    await Console.Out.WriteLineAsync($"{benchmark.Id,-28} {sample.Operations,8:N0} {benchmark.Unit}s counted in {sample.Seconds:0.000} s");
}

return 0;
