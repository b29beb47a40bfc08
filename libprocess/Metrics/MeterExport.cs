using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace LibProcess.Metrics;

/// <summary>The metrics of a node as instruments of a <see cref="Meter"/>, for OpenTelemetry and the like. Any thread.</summary>
/// <remarks>Made by <see cref="MetricsRegistry.Export"/>. An OpenTelemetry user adds <see cref="MeterName"/> to the meters that are read.</remarks>
public sealed class MeterExport : IDisposable
{
    /// <summary>The name of the meter unless one was given.</summary>
    public const string MeterName = "LibProcess";

    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(1);

    private readonly MetricsRegistry registry;
    private readonly TimeProvider clock;
    private readonly Meter meter;
    private readonly bool ownsMeter;
    private readonly ConcurrentDictionary<(string Family, Type Kind), Lazy<InstrumentFamily>> families = new();
    private readonly CancellationTokenSource ended = new();
    private IReadOnlyDictionary<Metric, double> pulled = new Dictionary<Metric, double>();
    private long refreshed = long.MinValue;

    internal MeterExport(MetricsRegistry registry, TimeProvider clock, Meter? meter)
    {
        (this.registry, this.clock, ownsMeter) = (registry, clock, meter is null);
        this.meter = meter ?? new Meter(MeterName);
    }

    /// <summary>Ends the export. A meter that was given stays, but reports nothing of this node any more.</summary>
    public void Dispose()
    {
        registry.Withdraw(this);
        foreach (Lazy<InstrumentFamily> family in families.Values)
        {
            family.Value.Clear();
        }

        ended.Cancel();
        if (ownsMeter)
        {
            meter.Dispose();
        }
    }

    internal void Add(Metric metric) => families.GetOrAdd(KeyOf(metric), key => new(() => Create(key.Family, metric))).Value.Add(metric);

    internal void Remove(Metric metric)
    {
        if (families.TryGetValue(KeyOf(metric), out Lazy<InstrumentFamily>? family))
        {
            family.Value.Remove(metric);
        }
    }

    private static (string Family, Type Kind) KeyOf(Metric metric) => (metric.Family, metric.GetType());

    private static string NameOf(string family) => family.Replace('/', '.');

    private static string? UnitOf(MetricTimer timer) => timer.Unit switch
    {
        TimeUnit.Nanoseconds => "ns",
        TimeUnit.Microseconds => "us",
        TimeUnit.Milliseconds => "ms",
        TimeUnit.Seconds => "s",
        TimeUnit.Minutes => "min",
        TimeUnit.Hours => "h",
        TimeUnit.Days => "d",
        _ => "wk",
    };

    private InstrumentFamily Create(string family, Metric first)
    {
        var members = new InstrumentFamily();
        switch (first)
        {
            case Counter:
                meter.CreateObservableCounter(NameOf(family), () => members.Observe(static metric => (double?)((Counter)metric).Value));
                break;
            case MetricTimer timer:
                members.Histogram = meter.CreateHistogram<double>(NameOf(family), UnitOf(timer));
                break;
            case PullGauge:
                meter.CreateObservableGauge(NameOf(family), () =>
                {
                    Refresh();
                    IReadOnlyDictionary<Metric, double> known = Volatile.Read(ref pulled);
                    return members.Observe(metric => known.TryGetValue(metric, out double value) ? value : null);
                });
                break;
            default:
                meter.CreateObservableGauge(NameOf(family), () => members.Observe(static metric => metric.Current));
                break;
        }

        return members;
    }

    // Once per collection, however many instruments it asks.
    private void Refresh()
    {
        long now = clock.GetTimestamp();
        long before = Interlocked.Read(ref refreshed);
        if ((before == long.MinValue || clock.GetElapsedTime(before, now) >= RefreshInterval)
            && Interlocked.CompareExchange(ref refreshed, now, before) == before)
        {
            _ = RefreshAsync();
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            MetricsReading reading = await registry.ReadAsync(timeout: null, ended.Token).ConfigureAwait(false);
            Volatile.Write(
                ref pulled,
                reading.Samples().Where(static sample => sample is { Metric: PullGauge, Value: not null }).ToDictionary(sample => sample.Metric, sample => sample.Value!.Value));
        }
        catch (OperationCanceledException)
        {
            // The export has ended.
        }
    }

    /// <summary>The metrics behind one instrument, with their tags.</summary>
    private sealed class InstrumentFamily
    {
        private readonly ConcurrentDictionary<Metric, KeyValuePair<string, object?>[]> members = new();
        private readonly ConcurrentDictionary<MetricTimer, Action<double>> listeners = new();

        public Histogram<double>? Histogram { get; set; }

        public void Add(Metric metric)
        {
            KeyValuePair<string, object?>[] tags = [.. metric.Labels.Select(static label => KeyValuePair.Create(label.Name, (object?)label.Value))];
            if (members.TryAdd(metric, tags) && metric is MetricTimer timer)
            {
                Action<double> listener = value => Histogram!.Record(value, tags);
                listeners[timer] = listener;
                timer.Recorded += listener;
            }
        }

        public void Remove(Metric metric)
        {
            members.TryRemove(metric, out _);
            if (metric is MetricTimer timer && listeners.TryRemove(timer, out Action<double>? listener))
            {
                timer.Recorded -= listener;
            }
        }

        public void Clear()
        {
            foreach (Metric metric in members.Keys)
            {
                Remove(metric);
            }
        }

        public IEnumerable<Measurement<double>> Observe(Func<Metric, double?> read)
        {
            foreach ((Metric metric, KeyValuePair<string, object?>[] tags) in members)
            {
                if (read(metric) is { } value && double.IsFinite(value))
                {
                    yield return new Measurement<double>(value, tags);
                }
            }
        }
    }
}
