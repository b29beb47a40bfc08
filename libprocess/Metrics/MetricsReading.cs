using LibProcess.Processes;

namespace LibProcess.Metrics;

/// <summary>One snapshot while it is taken: values come in from several processes, each into its own slot.</summary>
internal sealed class MetricsReading(IReadOnlyList<Metric> metrics)
{
    // Gauges of one process that share one of its events: enough to make a snapshot cheap, few enough not to hold it up.
    private const int GaugesPerEvent = 256;

    // Timers cannot wait longer; nobody does.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(30);

    // Boxed, so that a value is published in one write.
    private readonly object?[] values = new object?[metrics.Count];

    public async Task ReadAsync(TimeSpan? timeout, TimeProvider clock, CancellationToken cancellation)
    {
        Task all = Task.WhenAll(Start());
        if (all.IsCompleted)
        {
            return;
        }

        try
        {
            await all.WaitAsync(timeout is { } limit ? Limited(limit) : Timeout.InfiniteTimeSpan, clock, cancellation);
        }
        catch (TimeoutException)
        {
            // What has not answered is left out.
        }
    }

    /// <summary>What was read, in order of name.</summary>
    public IEnumerable<MetricSample> Samples()
    {
        for (int index = 0; index < metrics.Count; index++)
        {
            Metric metric = metrics[index];
            double? value = metric is PullGauge ? (double?)Volatile.Read(ref values[index]) : metric.Current;
            yield return new MetricSample(metric, value is { } present && double.IsFinite(present) ? present : null, metric.Statistics);
        }
    }

    /// <summary>The values that are there, in order of name, each number of a window as one of its own.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> List()
    {
        var list = new List<KeyValuePair<string, double>>(metrics.Count);
        bool inOrder = true;
        foreach (MetricSample sample in Samples())
        {
            if (sample.Value is { } present)
            {
                list.Add(new(sample.Metric.Name, present));
            }

            if (sample.Statistics is { } statistics)
            {
                list.AddRange(statistics.List().Select(item => new KeyValuePair<string, double>(sample.Metric.Name + item.Suffix, item.Value)));

                // Names such as "a_ms-x" sort before "a_ms/count".
                inOrder = false;
            }
        }

        if (!inOrder)
        {
            list.Sort(static (left, right) => string.CompareOrdinal(left.Key, right.Key));
        }

        return list;
    }

    private static TimeSpan Limited(TimeSpan timeout) => timeout < LongestWait ? timeout : LongestWait;

    private List<Task> Start()
    {
        List<Task> pending = [];
        Dictionary<ProcessBase, List<int>> byOwner = [];
        for (int index = 0; index < metrics.Count; index++)
        {
            if (metrics[index] is not PullGauge gauge)
            {
                continue;
            }

            if (gauge.Owner is not { } owner)
            {
                Read(index, pending);
            }
            else if (owner.IsSpawned)
            {
                if (!byOwner.TryGetValue(owner, out List<int>? gauges))
                {
                    byOwner[owner] = gauges = [];
                }

                gauges.Add(index);
            }
        }

        foreach ((ProcessBase owner, List<int> gauges) in byOwner)
        {
            foreach (int[] batch in gauges.Chunk(GaugesPerEvent))
            {
                pending.Add(ReadBatchAsync(owner, batch));
            }
        }

        return pending;
    }

    private async Task ReadBatchAsync(ProcessBase owner, int[] batch)
    {
        try
        {
            await owner.CallAsync(
                () =>
                {
                    List<Task> slow = [];
                    foreach (int index in batch)
                    {
                        Read(index, slow);
                    }

                    return Task.WhenAll(slow);
                },
                "metrics").ConfigureAwait(false);
        }
        catch (ProcessTerminatedException)
        {
            // The process ended: its gauges have no values any more.
        }
    }

    private void Read(int index, List<Task> slow)
    {
        var gauge = (PullGauge)metrics[index];
        try
        {
            if (gauge.Read is { } read)
            {
                Publish(index, read());
            }
            else
            {
                slow.Add(ReadSlow(index, gauge.ReadAsync!()));
            }
        }
        catch (Exception)
        {
            // A gauge that fails is left out, like one that has no value.
        }
    }

    private async Task ReadSlow(int index, Task<double> reading)
    {
        try
        {
            Publish(index, await reading.ConfigureAwait(false));
        }
        catch (Exception)
        {
            // Likewise.
        }
    }

    private void Publish(int index, double value) => Volatile.Write(ref values[index], value);
}
