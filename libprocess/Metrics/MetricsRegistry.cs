using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using LibProcess.Processes;

namespace LibProcess.Metrics;

/// <summary>All metrics of a node by name. Any thread.</summary>
/// <remarks>
/// Upstream: <c>MetricsProcess</c> in 3rdparty/libprocess/src/metrics/metrics.cpp. Names are paths, such as
/// <c>master/tasks_running</c>. Adding and removing is cheap enough for metrics per framework or role.
/// </remarks>
public sealed class MetricsRegistry
{
    private readonly ConcurrentDictionary<string, Metric> metrics = new(StringComparer.Ordinal);
    private readonly TimeProvider clock;
    private long version;
    private Sorted sorted = new(0, []);
    private ImmutableList<MeterExport> exports = [];

    internal MetricsRegistry(TimeProvider clock)
    {
        this.clock = clock;
    }

    /// <summary>The number of metrics.</summary>
    public int Count => metrics.Count;

    /// <summary>Adds a counter.</summary>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public Counter AddCounter(MetricName name) => Add(new Counter(name));

    /// <summary>Adds a gauge whose value is set when it changes.</summary>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public PushGauge AddPushGauge(MetricName name) => Add(new PushGauge(name));

    /// <summary>Adds a gauge that reads the state of a process, and does so as part of an event of that process.</summary>
    /// <param name="name">The key in the snapshot.</param>
    /// <param name="owner">The process. Once it has ended, the gauge is left out of snapshots, but stays until it is removed.</param>
    /// <param name="read">An exception leaves the gauge out of the snapshot.</param>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public PullGauge AddPullGauge(MetricName name, ProcessBase owner, Func<double> read)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(read);
        return Add(new PullGauge(name, owner, read, readAsync: null));
    }

    /// <summary>Adds a gauge that starts in an event of a process and may have to wait for others.</summary>
    /// <param name="name">The key in the snapshot.</param>
    /// <param name="owner">The process. Once it has ended, the gauge is left out of snapshots, but stays until it is removed.</param>
    /// <param name="read">An exception or cancellation leaves the gauge out of the snapshot.</param>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public PullGauge AddPullGauge(MetricName name, ProcessBase owner, Func<Task<double>> read)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(read);
        return Add(new PullGauge(name, owner, read: null, read));
    }

    /// <summary>Adds a gauge that may be read on any thread.</summary>
    /// <param name="name">The key in the snapshot.</param>
    /// <param name="read">Must not block. An exception leaves the gauge out of the snapshot.</param>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public PullGauge AddPullGauge(MetricName name, Func<double> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return Add(new PullGauge(name, owner: null, read, readAsync: null));
    }

    /// <summary>Adds a timer.</summary>
    /// <param name="name">The key in the snapshot without the unit, which is appended: <c>state_store</c> becomes <c>state_store_ms</c>.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="window">How far back statistics go; null for none.</param>
    /// <exception cref="InvalidOperationException">The name is taken.</exception>
    public MetricTimer AddTimer(MetricName name, TimeUnit unit = TimeUnit.Milliseconds, TimeSpan? window = null) =>
        Add(new MetricTimer(name, unit, window, clock));

    /// <summary>Takes a metric away. It may still be written, but nobody sees it.</summary>
    /// <returns>False if it was not there.</returns>
    public bool Remove(Metric metric)
    {
        ArgumentNullException.ThrowIfNull(metric);
        bool removed = metrics.TryRemove(new KeyValuePair<string, Metric>(metric.Name, metric));
        Interlocked.Increment(ref version);
        foreach (MeterExport export in exports)
        {
            export.Remove(metric);
        }

        return removed;
    }

    /// <summary>Takes several metrics away.</summary>
    public void Remove(IEnumerable<Metric> several)
    {
        ArgumentNullException.ThrowIfNull(several);
        foreach (Metric metric in several)
        {
            Remove(metric);
        }
    }

    /// <summary>
    /// Reads all metrics, in order of their names. Gauges of processes cost these an event for every few hundred of them.
    /// </summary>
    /// <param name="timeout">After this time gauges that have not answered are left out; null waits for all.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<IReadOnlyList<KeyValuePair<string, double>>> SnapshotAsync(
        TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        return (await ReadAsync(timeout, cancellation)).List();
    }

    /// <summary>
    /// Offers the metrics to listeners of <see cref="System.Diagnostics.Metrics"/>, such as OpenTelemetry, until the result is
    /// disposed: slashes of names become dots, labels become tags, timers become histograms.
    /// </summary>
    /// <param name="meter">The meter to add the instruments to; null makes one with the name <see cref="MeterExport.MeterName"/>.</param>
    /// <remarks>
    /// Listeners do not wait, but gauges of processes are read by those in a turn of theirs: what is reported is what they said
    /// at the collection before, and nothing at the first one.
    /// </remarks>
    public MeterExport Export(Meter? meter = null)
    {
        var export = new MeterExport(this, clock, meter);
        ImmutableInterlocked.Update(ref exports, static (list, added) => list.Add(added), export);
        foreach (Metric metric in metrics.Values)
        {
            export.Add(metric);
        }

        return export;
    }

    /// <summary>Ends an export.</summary>
    internal void Withdraw(MeterExport export) => ImmutableInterlocked.Update(ref exports, static (list, gone) => list.Remove(gone), export);

    /// <summary>Reads all metrics.</summary>
    internal async Task<MetricsReading> ReadAsync(TimeSpan? timeout, CancellationToken cancellation)
    {
        var reading = new MetricsReading(InOrder());
        await reading.ReadAsync(timeout, clock, cancellation);
        return reading;
    }

    /// <summary>The metrics in order of their names.</summary>
    internal IReadOnlyList<Metric> InOrder()
    {
        Sorted known = Volatile.Read(ref sorted);
        long current = Interlocked.Read(ref version);
        if (known.Version == current)
        {
            return known.Metrics;
        }

        Metric[] array = [.. metrics.Values];
        Array.Sort(array, static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        Volatile.Write(ref sorted, new Sorted(current, array));
        return array;
    }

    private T Add<T>(T metric)
        where T : Metric
    {
        ArgumentException.ThrowIfNullOrEmpty(metric.Name, "name");
        if (!metrics.TryAdd(metric.Name, metric))
        {
            throw new InvalidOperationException($"The metric '{metric.Name}' exists already");
        }

        Interlocked.Increment(ref version);
        foreach (MeterExport export in exports)
        {
            export.Add(metric);
        }

        return metric;
    }

    private sealed record Sorted(long Version, Metric[] Metrics);
}
