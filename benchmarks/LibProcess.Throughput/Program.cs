using System.Globalization;
using LibProcess.Throughput;

switch (args)
{
    case ["local"]:
        await MeasureAsync(
            new LocalPingPong(pairs: 1, window: 1000, pingsPerPair: 2_000_000),
            new LocalPingPong(pairs: 2, window: 1000, pingsPerPair: 1_000_000),
            new LocalPingPong(pairs: 8, window: 1000, pingsPerPair: 500_000),
            new LocalCalls(awaited: false, calls: 3_000_000),
            new LocalCalls(awaited: true, calls: 200_000));
        return 0;
    case ["remote"]:
        await MeasureAsync(
        [
            .. from body in new[] { 100, 1024, 64 * 1024 }
               from senders in new[] { 1, 4, 16 }
               select new RemoteStream(senders, body, messages: Math.Min(1_000_000, 4_000_000_000L / body)),
        ]);
        return 0;
    case ["http"]:
        await MeasureAsync(
            new HttpRate(connections: 8, depth: 16, requests: 256_000),
            new HttpRate(connections: 8, depth: 1, requests: 64_000),
            new HttpRate(connections: 64, depth: 1, requests: 64_000));
        return 0;
    case ["serve", var sinks]:
        await RemoteStream.ServeAsync(int.Parse(sinks, CultureInfo.InvariantCulture));
        return 0;
    default:
        await Console.Error.WriteLineAsync("Usage: LibProcess.Throughput local | remote | http");
        return 1;
}

static async Task MeasureAsync(params IWorkload[] workloads)
{
    foreach (IWorkload workload in workloads)
    {
        await Runner.MeasureAsync(workload);
        if (workload is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }
}
