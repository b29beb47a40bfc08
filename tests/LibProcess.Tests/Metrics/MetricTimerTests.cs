using LibProcess.Metrics;
using LibProcess.Testing;

namespace LibProcess.Tests.Metrics;

public sealed class MetricTimerTests
{
    private VirtualClock clock = null!;
    private MetricsRegistry registry = null!;

    [SetUp]
    public void Create()
    {
        clock = new VirtualClock();
        registry = new MetricsRegistry(clock);
    }

    [TestCase(TimeUnit.Nanoseconds, "t_ns", 1.5e9)]
    [TestCase(TimeUnit.Microseconds, "t_us", 1.5e6)]
    [TestCase(TimeUnit.Milliseconds, "t_ms", 1500)]
    [TestCase(TimeUnit.Seconds, "t_secs", 1.5)]
    [TestCase(TimeUnit.Minutes, "t_mins", 0.025)]
    public async Task The_unit_ends_the_name_and_scales_the_value(TimeUnit unit, string name, double value)
    {
        MetricTimer timer = registry.AddTimer("t", unit);
        Assert.That(await registry.SnapshotAsync(), Is.Empty, "nothing was measured yet");
        timer.Start();
        clock.Advance(TimeSpan.FromSeconds(1.5));
        Assert.That(timer.Stop(), Is.EqualTo(TimeSpan.FromSeconds(1.5)));
        Assert.That(await registry.SnapshotAsync(), Is.EqualTo(new[] { KeyValuePair.Create(name, value) }));
    }

    [Test]
    public async Task A_window_gives_statistics_from_two_values_on()
    {
        MetricTimer timer = registry.AddTimer("t", window: TimeSpan.FromHours(1));
        Record(timer, 1);
        Assert.That(await registry.SnapshotAsync(), Has.Count.EqualTo(1));
        for (int value = 2; value <= 5; value++)
        {
            Record(timer, value);
        }

        Dictionary<string, double> snapshot = new(await registry.SnapshotAsync());
        Assert.Multiple(() =>
        {
            Assert.That(snapshot, Has.Count.EqualTo(10));
            Assert.That(snapshot["t_ms"], Is.EqualTo(5));
            Assert.That(snapshot["t_ms/count"], Is.EqualTo(5));
            Assert.That(snapshot["t_ms/min"], Is.EqualTo(1));
            Assert.That(snapshot["t_ms/max"], Is.EqualTo(5));
            Assert.That(snapshot["t_ms/p50"], Is.EqualTo(3));
            Assert.That(snapshot["t_ms/p90"], Is.EqualTo(4.6).Within(1e-12));
            Assert.That(snapshot["t_ms/p9999"], Is.EqualTo(4.9996).Within(1e-12));
        });
    }

    [Test]
    public async Task Values_leave_the_window()
    {
        MetricTimer timer = registry.AddTimer("t", window: TimeSpan.FromSeconds(10));
        Record(timer, 1);
        Record(timer, 2);
        clock.Advance(TimeSpan.FromSeconds(20));
        Record(timer, 3);
        Record(timer, 4);
        Dictionary<string, double> snapshot = new(await registry.SnapshotAsync());
        Assert.That(snapshot["t_ms/count"], Is.EqualTo(2));
        Assert.That(snapshot["t_ms/min"], Is.EqualTo(3));
    }

    [Test]
    public async Task Asynchronous_events_are_measured_even_if_they_fail()
    {
        MetricTimer timer = registry.AddTimer("t");
        var event1 = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task measured = timer.MeasureAsync(event1.Task);
        clock.Advance(TimeSpan.FromSeconds(1));
        event1.SetException(new FormatException("no"));
        Assert.That(async () => await measured, Throws.InstanceOf<FormatException>());
        Assert.That((await registry.SnapshotAsync()).Single().Value, Is.EqualTo(1000));
    }

    [Test]
    public void A_series_thins_out_its_older_half()
    {
        // The steps of the picture in timeseries.hpp of the original, with a capacity of 7.
        var series = new TimeSeries(window: 1000, capacity: 7);
        for (int time = 0; time <= 6; time++)
        {
            series.Add(time, time);
        }

        series.Add(7, 7);
        Assert.That(series.ToArray(), Is.EqualTo(new double[] { 0, 2, 3, 4, 5, 6, 7 }));
        series.Add(8, 8);
        Assert.That(series.ToArray(), Is.EqualTo(new double[] { 0, 2, 4, 5, 6, 7, 8 }));
        series.Add(9, 9);
        Assert.That(series.ToArray(), Is.EqualTo(new double[] { 0, 2, 4, 6, 7, 8, 9 }));
        series.Add(10, 10);
        Assert.That(series.ToArray(), Is.EqualTo(new double[] { 0, 2, 4, 6, 8, 9, 10 }));
    }

    [Test]
    public void A_series_never_exceeds_its_capacity_and_keeps_the_newest()
    {
        var series = new TimeSeries(window: 5000);
        for (int time = 0; time < 20_000; time++)
        {
            series.Add(time, time);
            Assert.That(series.ToArray(), Has.Length.AtMost(TimeSeries.DefaultCapacity));
        }

        double[] values = series.ToArray();
        Assert.That(values, Is.Ordered);
        Assert.That(values[^1], Is.EqualTo(19_999));
        Assert.That(values[0], Is.GreaterThan(14_999));
    }

    [Test]
    public void A_second_value_of_the_same_moment_replaces_the_first()
    {
        var series = new TimeSeries(window: 10);
        series.Add(1, 1);
        series.Add(1, 2);
        Assert.That(series.ToArray(), Is.EqualTo(new double[] { 2 }));
    }

    private void Record(MetricTimer timer, double milliseconds)
    {
        clock.Advance(TimeSpan.FromMilliseconds(1));
        timer.Record(TimeSpan.FromMilliseconds(milliseconds));
    }
}
