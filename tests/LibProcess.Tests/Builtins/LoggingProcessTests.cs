using LibProcess.Diagnostics;
using LibProcess.Http;
using LibProcess.Testing;
using Microsoft.Extensions.Logging;

namespace LibProcess.Tests.Builtins;

[CancelAfter(30_000)]
public sealed class LoggingProcessTests
{
    private LogLevelSwitch levels = null!;
    private TestNode node = null!;

    [SetUp]
    public void StartNode()
    {
        levels = new LogLevelSwitch();
        node = new TestNode(configure: options => options with { LogLevels = levels });
    }

    [TearDown]
    public async Task StopNode() => await node.DisposeAsync();

    [Test]
    public async Task Without_parameters_the_verbosity_is_shown()
    {
        HttpResponse answer = await node.Manager.GetAsync("/logging/toggle");
        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Text(), Is.EqualTo("0\n"));
        Assert.That(answer.Headers["Content-Type"], Is.EqualTo("text/plain; charset=utf-8"));
    }

    [TestCase("level=x&duration=1secs", "Failed to convert 'x' to number.\n")]
    [TestCase("level=1", "Expecting 'duration=value' in query.\n")]
    [TestCase("duration=1secs", "Expecting 'level=value' in query.\n")]
    [TestCase("level=-1&duration=1secs", "Invalid level '-1'.\n")]
    [TestCase("level=1&duration=soon", "Failed to convert '' to number.\n")]
    public async Task What_makes_no_sense_is_refused(string query, string text)
    {
        HttpResponse answer = await node.Manager.GetAsync("/logging/toggle?" + query);
        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Text(), Is.EqualTo(text));
    }

    [Test]
    public async Task The_level_changes_for_the_time_asked_for()
    {
        HttpResponse answer = await node.Manager.GetAsync("/logging/toggle?level=2&duration=10secs");
        Assert.That((answer.Status, answer.Body.Length), Is.EqualTo((200, 0)));
        Assert.That(levels.Least, Is.EqualTo(LogLevel.Trace));
        Assert.That((await node.Manager.GetAsync("/logging/toggle")).Text(), Is.EqualTo("2\n"));

        await node.AdvanceAsync(TimeSpan.FromSeconds(9));
        Assert.That(levels.Verbosity, Is.EqualTo(2));
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(levels.Verbosity, Is.Zero);
    }

    [Test]
    public async Task The_last_request_counts()
    {
        await node.Manager.GetAsync("/logging/toggle?level=1&duration=10secs");
        await node.AdvanceAsync(TimeSpan.FromSeconds(5));
        await node.Manager.GetAsync("/logging/toggle?level=2&duration=10secs");
        await node.AdvanceAsync(TimeSpan.FromSeconds(9));
        Assert.That(levels.Verbosity, Is.EqualTo(2));
        await node.Manager.GetAsync("/logging/toggle?level=0&duration=10secs");
        Assert.That(levels.Verbosity, Is.Zero);
    }

    [Test]
    public async Task Verbosity_does_not_go_below_that_at_start()
    {
        await using var verbose = new TestNode(configure: options => options with { LogLevels = new LogLevelSwitch(verbosity: 1) });
        Assert.That((await verbose.Manager.GetAsync("/logging/toggle?level=0&duration=1secs")).Text(), Is.EqualTo("'0' < original level.\n"));
    }

    [Test]
    public async Task A_node_without_a_switch_says_so()
    {
        await using var plain = new TestNode();
        Assert.That((await plain.Manager.GetAsync("/logging/toggle")).Text(), Is.EqualTo("0\n"));
        Assert.That((await plain.Manager.GetAsync("/logging/toggle?level=1&duration=1secs")).Status, Is.EqualTo(501));
        Assert.That(async () => await plain.Manager.Logging.SetVerbosityAsync(1, TimeSpan.FromSeconds(1)), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Processes_of_the_node_can_ask_for_it_too()
    {
        await node.Manager.Logging.SetVerbosityAsync(1, TimeSpan.FromSeconds(1));
        Assert.That(node.Manager.Logging.Verbosity, Is.EqualTo(1));
        Assert.That(node.Manager.LoggerFactory.CreateLogger("x").IsEnabled(LogLevel.Debug), Is.False, "the factory below logs nothing");
        await node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(node.Manager.Logging.Verbosity, Is.Zero);
    }
}
