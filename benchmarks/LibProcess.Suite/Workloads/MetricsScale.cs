using System.Diagnostics;
using LibProcess.Metrics;
using LibProcess.Processes;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Workloads;

/// <summary>
/// Adds counters with long names, takes a snapshot, asks for one over HTTP, and takes them away: the original's metrics
/// benchmark. One of these stages is the operation; the times of all are told.
/// </summary>
internal sealed class MetricsScale(Shape shape) : IWorkload
{
    private const string Prefix = "metrics/keys/can/be/somewhat/long/so/we/use/a/fairly/long/key/here/to/test/a/more/pathological/case/";
    private readonly int count = shape.Int(Shape.Operations);
    private ProcessManager? node;
    private HttpClient client = null!;
    private string[] names = [];

    public Task PrepareAsync()
    {
        node ??= ProcessManager.Start(new ProcessManagerOptions { MetricsRateLimit = null });
        client ??= new HttpClient { BaseAddress = new Uri($"http://{node.Address}/") };
        names = [.. Enumerable.Range(0, count).Select(i => $"{Prefix}{i}")];
        return Task.CompletedTask;
    }

    public async Task<Outcome> RunAsync()
    {
        MetricsRegistry metrics = node!.Metrics;
        int others = metrics.Count;
        var counters = new Counter[count];
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            counters[i] = metrics.AddCounter(names[i]);
        }

        double add = Lap(ref started);
        int seen = (await metrics.SnapshotAsync()).Count;
        double snapshot = Lap(ref started);
        int again = (await metrics.SnapshotAsync()).Count;
        double second = Lap(ref started);
        byte[] json = await client.GetByteArrayAsync("metrics/snapshot");
        double http = Lap(ref started);
        foreach (Counter counter in counters)
        {
            metrics.Remove(counter);
        }

        double remove = Lap(ref started);
        MiscountException.Check("metrics in the snapshot", seen, again);
        MiscountException.Check("metrics left", others, metrics.Count);
        if (seen < count || json.Length < count * Prefix.Length)
        {
            throw new MiscountException("Metrics are missing in the snapshot");
        }

        return new Outcome(count)
        {
            Extra =
            {
                ["addMs"] = add,
                ["snapshotMs"] = snapshot,
                ["snapshotAgainMs"] = second,
                ["httpMs"] = http,
                ["removeMs"] = remove,
            },
        };
    }

    public Task FinishAsync() => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (node is not null)
        {
            await node.DisposeAsync();
        }
    }

    private static double Lap(ref long started)
    {
        double elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        started = Stopwatch.GetTimestamp();
        return elapsed;
    }
}
