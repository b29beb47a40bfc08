using LibProcess.Futures;
using LibProcess.Metrics;
using LibProcess.Testing;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Metrics;

[CancelAfter(60_000)]
public sealed class MetricsRegistryTests
{
    private TestNode node = null!;
    private Probe probe = null!;

    private MetricsRegistry Registry => node.Manager.Metrics;

    [SetUp]
    public async Task StartNode()
    {
        node = new TestNode();
        probe = node.Spawn(new Probe(node.Manager, "a"));
        await node.SettleAsync();
    }

    [TearDown]
    public async Task StopNode() => await node.DisposeAsync();

    [Test]
    public async Task Counters_count_and_start_again()
    {
        Counter counter = Registry.AddCounter("t/counter");
        counter.Increment();
        counter.Increment(4);
        Assert.That(await ValueAsync("t/counter"), Is.EqualTo(5));
        counter.Reset();
        Assert.That(await ValueAsync("t/counter"), Is.Zero);
    }

    [Test]
    public async Task Push_gauges_lose_no_change_under_contention()
    {
        PushGauge gauge = Registry.AddPushGauge("t/gauge");
        gauge.Value = 10;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int round = 0; round < 10_000; round++)
            {
                gauge.Increment(2);
                gauge.Decrement();
            }
        })));
        Assert.That(await ValueAsync("t/gauge"), Is.EqualTo(40_010));
    }

    [Test]
    public async Task Pull_gauges_are_read_in_their_process()
    {
        Registry.AddPullGauge("t/sync", probe, () => probe.OnProcess ? 1 : 0);
        Registry.AddPullGauge("t/async", probe, async () =>
        {
            await Task.Yield();
            return probe.OnProcess ? 1 : 0;
        });
        Registry.AddPullGauge("t/any", () => 7);
        Assert.That(await ValueAsync("t/sync"), Is.EqualTo(1));
        Assert.That(await ValueAsync("t/async"), Is.EqualTo(1));
        Assert.That(await ValueAsync("t/any"), Is.EqualTo(7));
    }

    [Test]
    public async Task Gauges_of_one_process_share_its_events()
    {
        int[] turns = new int[300];
        int turn = 0;
        for (int index = 0; index < turns.Length; index++)
        {
            int mine = index;
            Registry.AddPullGauge($"t/{index:000}", probe, () => turns[mine] = turn);
        }

        Task<IReadOnlyList<KeyValuePair<string, double>>> snapshot = probe.CallAsync(() =>
        {
            Task<IReadOnlyList<KeyValuePair<string, double>>> taking = Registry.SnapshotAsync();
            probe.Dispatch(() => turn++);
            return taking;
        });
        Assert.That((await snapshot).Count(item => item.Key.StartsWith("t/", StringComparison.Ordinal)), Is.EqualTo(300));
        Assert.That(turns.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_gauge_that_fails_is_left_out_and_the_others_are_not()
    {
        Registry.AddPullGauge("t/bad", probe, new Func<double>(() => throw new FormatException("no")));
        Registry.AddPullGauge("t/worse", probe, () => Task.FromException<double>(new FormatException("no")));
        Registry.AddPullGauge("t/nan", probe, () => double.NaN);
        Registry.AddPullGauge("t/good", probe, () => 1);
        Assert.That(await KeysAsync("t/"), Is.EqualTo(new[] { "t/good" }));
    }

    [Test]
    public async Task Gauges_of_a_process_that_ended_or_never_started_are_left_out()
    {
        var unspawned = new Probe(node.Manager, "b");
        Registry.AddPullGauge("t/a", probe, () => 1);
        Registry.AddPullGauge("t/b", unspawned, () => 1);
        Assert.That(await KeysAsync("t/"), Is.EqualTo(new[] { "t/a" }));
        node.Manager.Terminate(probe.Self);
        await node.Manager.WaitAsync(probe);
        Assert.That(await KeysAsync("t/"), Is.Empty);
    }

    [Test]
    public async Task After_the_timeout_what_has_not_answered_is_left_out()
    {
        var gate = new Promise<double>();
        Registry.AddPullGauge("t/slow", probe, () => gate.Task);
        Registry.AddPullGauge("t/quick", probe, () => 1);

        Task<IReadOnlyList<KeyValuePair<string, double>>> snapshot = Registry.SnapshotAsync(TimeSpan.FromSeconds(5));
        await node.AdvanceAsync(TimeSpan.FromSeconds(4));
        Assert.That(snapshot.IsCompleted, Is.False);
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That((await snapshot).Select(item => item.Key), Has.None.EqualTo("t/slow").And.One.EqualTo("t/quick"));
    }

    [Test]
    public async Task Without_a_timeout_a_snapshot_waits_for_all()
    {
        var gate = new Promise<double>();
        Registry.AddPullGauge("t/slow", probe, () => gate.Task);
        Task<double?> value = ValueAsync("t/slow");
        await node.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.That(value.IsCompleted, Is.False);
        gate.TrySet(3);
        Assert.That(await value, Is.EqualTo(3));
    }

    [Test]
    public async Task A_snapshot_can_be_given_up()
    {
        using var cancellation = new CancellationTokenSource();
        Registry.AddPullGauge("t/slow", probe, () => new Promise<double>().Task);
        Task snapshot = Registry.SnapshotAsync(cancellation: cancellation.Token);
        await cancellation.CancelAsync();
        Assert.That(async () => await snapshot, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_timeout_of_centuries_is_no_trouble()
    {
        Registry.AddPullGauge("t/slow", probe, async () =>
        {
            await Task.Yield();
            return 1;
        });
        Assert.That(await Registry.SnapshotAsync(TimeSpan.FromDays(100_000)), Is.Not.Empty);
    }

    [Test]
    public void Names_are_taken_once()
    {
        Registry.AddCounter("t/x");
        Assert.That(() => Registry.AddPushGauge("t/x"), Throws.InvalidOperationException.With.Message.Contains("t/x"));
        Assert.That(() => Registry.AddCounter(string.Empty), Throws.ArgumentException);
    }

    [Test]
    public async Task A_removed_metric_is_gone_and_its_name_free()
    {
        Counter old = Registry.AddCounter("t/x");
        Assert.That(Registry.Remove(old), Is.True);
        Assert.That(Registry.Remove(old), Is.False);
        Assert.That(await KeysAsync("t/"), Is.Empty);

        Registry.AddCounter("t/x");
        Assert.That(Registry.Remove(old), Is.False, "another metric has the name now");
        Assert.That(await KeysAsync("t/"), Is.EqualTo(new[] { "t/x" }));
    }

    [Test]
    public async Task Snapshots_are_in_order_of_name()
    {
        Registry.AddTimer("t/b", TimeUnit.Milliseconds, TimeSpan.FromHours(1));
        MetricTimer timer = Registry.AddTimer("t/a", TimeUnit.Milliseconds, TimeSpan.FromHours(1));
        timer.Record(TimeSpan.FromMilliseconds(1));
        node.Clock.Advance(TimeSpan.FromSeconds(1));
        timer.Record(TimeSpan.FromMilliseconds(2));
        Registry.AddCounter("t/a_ms-x");
        Registry.AddCounter("t/a_ms/a");
        string[] keys = [.. (await Registry.SnapshotAsync()).Select(item => item.Key)];
        Assert.That(keys, Is.EqualTo(keys.Order(StringComparer.Ordinal)));
        Assert.That(keys, Does.Contain("t/a_ms/p9999"));
    }

    [Test]
    public async Task A_hundred_thousand_metrics_come_and_go()
    {
        Counter[] counters = [.. Enumerable.Range(0, 100_000).Select(number => Registry.AddCounter($"t/{number}"))];
        Assert.That((await Registry.SnapshotAsync()).Count, Is.GreaterThanOrEqualTo(counters.Length));
        Registry.Remove(counters);
        Assert.That(await KeysAsync("t/"), Is.Empty);
    }

    private async Task<double?> ValueAsync(string name)
    {
        IReadOnlyList<KeyValuePair<string, double>> snapshot = await Registry.SnapshotAsync();
        return snapshot.Where(item => item.Key == name).Select(item => (double?)item.Value).SingleOrDefault();
    }

    private async Task<string[]> KeysAsync(string prefix) =>
        [.. (await Registry.SnapshotAsync()).Select(item => item.Key).Where(key => key.StartsWith(prefix, StringComparison.Ordinal))];
}
