using System.Diagnostics.Metrics;
using LibProcess.Metrics;
using LibProcess.Testing;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Metrics;

[CancelAfter(60_000)]
public sealed class MeterExportTests
{
    private readonly List<(string Instrument, double Value, string Tags)> heard = [];
    private TestNode node = null!;
    private Meter meter = null!;
    private MeterExport export = null!;
    private MeterListener listener = null!;

    private MetricsRegistry Registry => node.Manager.Metrics;

    [SetUp]
    public void StartListening()
    {
        node = new TestNode();
        meter = new Meter("test");
        Registry.AddCounter("t/before").Increment(3);
        export = Registry.Export(meter);
        heard.Clear();
        listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter == meter && instrument.Name.StartsWith("t.", StringComparison.Ordinal))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            heard.Add((instrument.Name, value, string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")))));
        listener.Start();
    }

    [TearDown]
    public async Task StopListening()
    {
        listener.Dispose();
        export.Dispose();
        meter.Dispose();
        await node.DisposeAsync();
    }

    [Test]
    public void Metrics_from_before_and_after_are_instruments_with_dots_and_tags()
    {
        Registry.AddPushGauge(MetricName.Of("t/roles/{role}/share", ("role", "web"))).Value = 0.5;
        Registry.AddPushGauge(MetricName.Of("t/roles/{role}/share", ("role", "db"))).Value = 0.25;
        listener.RecordObservableInstruments();
        Assert.That(heard, Is.EquivalentTo(new[]
        {
            ("t.before", 3.0, string.Empty), ("t.roles.share", 0.5, "role=web"), ("t.roles.share", 0.25, "role=db"),
        }));
    }

    [Test]
    public void Metrics_taken_away_are_reported_no_more()
    {
        Counter counter = Registry.AddCounter("t/gone");
        Registry.Remove(counter);
        listener.RecordObservableInstruments();
        Assert.That(heard.Select(item => item.Instrument), Is.EqualTo(new[] { "t.before" }));
    }

    [Test]
    public void Timers_are_histograms_of_every_duration()
    {
        MetricTimer timer = Registry.AddTimer("t/store");
        timer.Record(TimeSpan.FromMilliseconds(2));
        timer.Record(TimeSpan.FromMilliseconds(5));
        Assert.That(heard, Is.EqualTo(new[] { ("t.store_ms", 2.0, string.Empty), ("t.store_ms", 5.0, string.Empty) }));
        Registry.Remove(timer);
        timer.Record(TimeSpan.FromMilliseconds(7));
        Assert.That(heard, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Gauges_of_processes_are_what_they_said_at_the_collection_before()
    {
        Probe probe = node.Spawn(new Probe(node.Manager, "a"));
        await node.SettleAsync();
        double value = 1;
        Registry.AddPullGauge("t/pulled", probe, () => probe.OnProcess ? value : double.NaN);
        using (var answers = new ManualResetEventSlim())
        {
            // The reading must not end before the collection that asks for it.
            Task busy = probe.CallAsync(answers.Wait);
            listener.RecordObservableInstruments();
            answers.Set();
            await busy;
        }

        Assert.That(heard.Select(item => item.Instrument), Does.Not.Contain("t.pulled"));

        // While no time passes, no other reading can take the place of the first.
        await HearAsync("t.pulled", 1);
        value = 2;
        await node.AdvanceAsync(TimeSpan.FromSeconds(10));
        await HearAsync("t.pulled", 2);
    }

    [Test]
    public void Nothing_is_reported_after_the_end_of_the_export()
    {
        export.Dispose();
        Registry.AddCounter("t/later");
        listener.RecordObservableInstruments();
        Assert.That(heard, Is.Empty);
    }

    // The reading ends on the thread pool.
    private async Task HearAsync(string instrument, double value)
    {
        do
        {
            TestContext.CurrentContext.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            heard.Clear();
            listener.RecordObservableInstruments();
        }
        while (!heard.Contains((instrument, value, string.Empty)));
    }
}
