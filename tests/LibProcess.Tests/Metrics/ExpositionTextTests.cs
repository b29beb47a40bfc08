using LibProcess.Metrics;
using LibProcess.Testing;

namespace LibProcess.Tests.Metrics;

public sealed class ExpositionTextTests
{
    private TestNode node = null!;
    private HashSet<Metric> builtin = null!;

    private MetricsRegistry Registry => node.Manager.Metrics;

    [SetUp]
    public void StartNode()
    {
        node = new TestNode();
        builtin = [.. Registry.InOrder()];
    }

    [TearDown]
    public async Task StopNode() => await node.DisposeAsync();

    [Test]
    public void Names_become_words_with_underscores_and_types_are_told()
    {
        Registry.AddPushGauge("master/tasks_running").Value = 2;
        Registry.AddCounter("master/messages").Increment(7);
        Assert.That(
            Write(),
            Is.EqualTo("# TYPE master_messages counter\nmaster_messages 7\n# TYPE master_tasks_running gauge\nmaster_tasks_running 2\n"));
    }

    [Test]
    public void Labels_are_written_as_labels_and_their_family_once()
    {
        Registry.AddCounter(MetricName.Of("frameworks/{principal}/messages", ("principal", "a\"b"))).Increment();
        Registry.AddCounter(MetricName.Of("frameworks/{principal}/messages", ("principal", "c\\d\n"))).Increment(2);
        Assert.That(
            Write(),
            Is.EqualTo("# TYPE frameworks_messages counter\nframeworks_messages{principal=\"a\\\"b\"} 1\nframeworks_messages{principal=\"c\\\\d\\n\"} 2\n"));
    }

    [Test]
    public void Names_that_become_the_same_are_told_apart_by_a_label()
    {
        Registry.AddPushGauge("a/b-c").Value = 1;
        Registry.AddPushGauge("a/b\"c").Value = 0.5;
        Registry.AddPushGauge(MetricName.Of("a/b c/{role}", ("role", "x"))).Value = 3;
        Assert.That(
            Write().Split('\n'),
            Is.EquivalentTo(new[] { "# TYPE a_b_c gauge", "a_b_c{name=\"a/b\\\"c\"} 0.5", "a_b_c{role=\"x\"} 3", "a_b_c{name=\"a/b-c\"} 1", string.Empty }));
    }

    [Test]
    public void No_name_starts_with_a_digit()
    {
        Registry.AddPushGauge("1/x").Value = 1e30;
        Assert.That(Write(), Is.EqualTo("# TYPE _1_x gauge\n_1_x 1E+30\n"));
    }

    [Test]
    public void A_window_is_a_summary_with_quantiles()
    {
        MetricTimer timer = Registry.AddTimer(MetricName.Of("store/{kind}/write", ("kind", "log")), window: TimeSpan.FromHours(1));
        timer.Record(TimeSpan.FromMilliseconds(2));
        Assert.That(Write(), Is.EqualTo("# TYPE store_write_ms gauge\nstore_write_ms{kind=\"log\"} 2\n"));
        node.Clock.Advance(TimeSpan.FromSeconds(1));
        timer.Record(TimeSpan.FromMilliseconds(4));
        Assert.That(Write(), Does.Contain("# TYPE store_write_ms_window summary\nstore_write_ms_window{kind=\"log\",quantile=\"0.5\"} 3\n"));
        Assert.That(Write(), Does.Contain("\nstore_write_ms_window_count{kind=\"log\"} 2\n"));
        Assert.That(Write(), Does.Contain("# TYPE store_write_ms_window_max gauge\nstore_write_ms_window_max{kind=\"log\"} 4\n"));
        Assert.That(Write(), Does.Contain("# TYPE store_write_ms_window_min gauge\nstore_write_ms_window_min{kind=\"log\"} 2\n"));
    }

    [Test]
    public void Counters_end_in_total_and_the_text_in_eof_in_openmetrics()
    {
        Registry.AddCounter("a/calls").Increment();
        Registry.AddCounter("a/sum_total").Increment(2);
        Assert.That(
            Write(ExpositionFormat.OpenMetrics),
            Is.EqualTo("# TYPE a_calls counter\na_calls_total 1\n# TYPE a_sum counter\na_sum_total 2\n# EOF\n"));
    }

    [TestCase(null, ExpositionFormat.Prometheus)]
    [TestCase("*/*", ExpositionFormat.Prometheus)]
    [TestCase("text/plain;version=0.0.4;q=0.5,*/*;q=0.1", ExpositionFormat.Prometheus)]
    [TestCase("application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5", ExpositionFormat.OpenMetrics)]
    [TestCase("text/plain, Application/OpenMetrics-Text", ExpositionFormat.OpenMetrics)]
    [TestCase("application/openmetrics-text;q=0", ExpositionFormat.Prometheus)]
    public void The_reader_chooses_the_format(string? accept, object format) =>
        Assert.That(ExpositionText.Negotiate(accept), Is.EqualTo(format));

    private string Write(ExpositionFormat format = ExpositionFormat.Prometheus) => ExpositionText.Write(
        Registry.InOrder().Where(metric => !builtin.Contains(metric)).Select(metric => new MetricSample(metric, metric.Current, metric.Statistics)),
        format);
}
