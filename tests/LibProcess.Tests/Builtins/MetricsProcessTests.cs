using System.Text.Json;
using LibProcess.Http;
using LibProcess.Testing;

namespace LibProcess.Tests.Builtins;

[CancelAfter(30_000)]
public sealed class MetricsProcessTests
{
    private TestNode node = null!;

    [SetUp]
    public void StartNode() => node = new TestNode();

    [TearDown]
    public async Task StopNode() => await node.DisposeAsync();

    [Test]
    public async Task A_snapshot_is_one_object_with_names_in_order_and_numbers_with_a_fraction()
    {
        node.Manager.Metrics.AddCounter("t/b").Increment();
        node.Manager.Metrics.AddPushGauge("t/a").Value = 0.25;
        HttpResponse answer = await node.Manager.GetAsync("/metrics/snapshot");
        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Text(), Does.EndWith(",\"t/a\":0.25,\"t/b\":1.0}"));
        using JsonDocument json = JsonDocument.Parse(answer.Body);
        string[] keys = [.. json.RootElement.EnumerateObject().Select(property => property.Name)];
        Assert.That(keys, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That(keys, Is.SupersetOf(new[] { "system/cpus_total", "system/mem_free_bytes", "system/mem_total_bytes" }));
    }

    [Test]
    public async Task A_timeout_that_is_none_is_refused_in_the_words_of_the_original()
    {
        HttpResponse answer = await node.Manager.GetAsync("/metrics/snapshot?timeout=abc");
        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Text(), Is.EqualTo("Invalid timeout 'abc': Failed to convert '' to number.\n"));
    }

    [Test]
    public async Task A_callback_is_called()
    {
        HttpResponse answer = await node.Manager.GetAsync("/metrics/snapshot?jsonp=cb");
        Assert.That(answer.Text(), Does.StartWith("cb({").And.EndWith("})"));
        Assert.That(answer.Headers["Content-Type"], Is.EqualTo("text/javascript"));
    }

    [Test]
    public async Task Snapshots_are_evenly_spaced_two_a_second()
    {
        Task<HttpResponse> first = node.Manager.GetAsync("/metrics/snapshot");
        Task<HttpResponse> second = node.Manager.GetAsync("/metrics/snapshot");
        await first;
        await node.AdvanceAsync(TimeSpan.FromMilliseconds(499));
        Assert.That(second.IsCompleted, Is.False);
        await node.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.That((await second).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Who_goes_away_takes_no_permit()
    {
        using var gone = new CancellationTokenSource();
        await node.Manager.GetAsync("/metrics/snapshot");
        Task<HttpResponse> second = node.Manager.GetAsync("/metrics/snapshot", aborted: gone.Token);
        Task<HttpResponse> third = node.Manager.GetAsync("/metrics/snapshot");
        await node.SettleAsync();
        await gone.CancelAsync();
        await second;
        await node.AdvanceAsync(TimeSpan.FromMilliseconds(500));
        Assert.That((await third).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Without_a_limit_nobody_waits()
    {
        await using var free = new TestNode(configure: options => options with { MetricsRateLimit = null });
        for (int round = 0; round < 10; round++)
        {
            Assert.That((await free.Manager.GetAsync("/metrics/snapshot")).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task Prometheus_gets_its_own_format()
    {
        node.Manager.Metrics.AddCounter("t/b").Increment();
        HttpResponse answer = await node.Manager.GetAsync("/metrics");
        Assert.That(answer.Headers["Content-Type"], Is.EqualTo("text/plain; version=0.0.4; charset=utf-8"));
        Assert.That(answer.Text(), Does.Contain("# TYPE t_b counter\nt_b 1\n"));
        Assert.That(answer.Text(), Does.Contain("# TYPE system_cpus_total gauge\n"));
    }

    [Test]
    public async Task Openmetrics_is_given_to_who_asks_for_it()
    {
        HttpResponse answer = await node.Manager.GetAsync("/metrics", accept: "application/openmetrics-text; version=1.0.0");
        Assert.That(answer.Headers["Content-Type"], Is.EqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8"));
        Assert.That(answer.Text(), Does.EndWith("\n# EOF\n"));
    }
}
