using LibProcess.Metrics;

namespace LibProcess.Tests.Metrics;

public sealed class PrometheusTextTests
{
    [Test]
    public void Names_become_words_with_underscores_and_types_are_told()
    {
        Assert.That(
            Write(("master/tasks_running", 2), ("master/messages", 7)),
            Is.EqualTo("# TYPE master_messages counter\nmaster_messages 7\n# TYPE master_tasks_running gauge\nmaster_tasks_running 2\n"));
    }

    [Test]
    public void Names_that_become_the_same_are_told_apart_by_a_label()
    {
        Assert.That(
            Write(("a/b-c", 1), ("a/b\"c", 0.5)),
            Is.EqualTo("# TYPE a_b_c gauge\na_b_c{name=\"a/b-c\"} 1\na_b_c{name=\"a/b\\\"c\"} 0.5\n"));
    }

    [Test]
    public void No_name_starts_with_a_digit()
    {
        Assert.That(Write(("1/x", 1e30)), Is.EqualTo("# TYPE _1_x gauge\n_1_x 1E+30\n"));
    }

    private static string Write(params (string Name, double Value)[] values) =>
        PrometheusText.Write([.. values.Select(item => KeyValuePair.Create(item.Name, item.Value))], name => name == "master/messages");
}
