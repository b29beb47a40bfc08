using LibProcess.Throughput;

IWorkload[] workloads = args.FirstOrDefault() switch
{
    "local" =>
    [
        new LocalPingPong(pairs: 1, window: 1000, pingsPerPair: 2_000_000),
        new LocalPingPong(pairs: 2, window: 1000, pingsPerPair: 1_000_000),
        new LocalPingPong(pairs: 8, window: 1000, pingsPerPair: 500_000),
        new LocalCalls(awaited: false, calls: 3_000_000),
        new LocalCalls(awaited: true, calls: 200_000),
    ],
    _ => [],
};

if (workloads.Length == 0)
{
    Console.Error.WriteLine("Usage: LibProcess.Throughput local");
    return 1;
}

foreach (IWorkload workload in workloads)
{
    await Runner.MeasureAsync(workload);
}

return 0;
