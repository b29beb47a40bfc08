using System.Text;
using LibProcess.Testing;
using Mesos.Cli.Logging;
using Microsoft.Extensions.Logging;

namespace Mesos.Cli.Tests.Logging;

[TestFixture]
internal sealed partial class StderrLoggerTests
{
    private readonly MemoryStream stream = new();

    [Test]
    public void A_line_tells_level_time_category_number_and_text()
    {
        LogDone(Logger(LogLevel.Information), "task");
        Assert.That(Text, Is.EqualTo($"I2026-01-01T00:00:00.000000Z Mesos.Thing[7999] Done with task{Environment.NewLine}"));
    }

    [Test]
    public void An_exception_follows_its_line()
    {
        LogBroken(Logger(LogLevel.Information), new IOException("no disk"));
        Assert.That(Text, Does.Match(@"^W\S+ Mesos\.Thing\[7998\] Broken\r?\nSystem\.IO\.IOException: no disk"));
    }

    [TestCase(LogLevel.Warning)]
    [TestCase(LogLevel.None)]
    public void What_is_below_the_level_is_not_written(LogLevel level)
    {
        LogDone(Logger(level), "task");
        Assert.That(Text, Is.Empty);
    }

    [SetUp]
    public void SetUp() => stream.SetLength(0);

    private string Text => Encoding.UTF8.GetString(stream.ToArray());

    private ILogger Logger(LogLevel level) => new StderrLoggerFactory(level, stream, new VirtualClock()).CreateLogger("Mesos.Thing");

    [LoggerMessage(7999, LogLevel.Information, "Done with {Thing}")]
    private static partial void LogDone(ILogger logger, string thing);

    [LoggerMessage(7998, LogLevel.Warning, "Broken")]
    private static partial void LogBroken(ILogger logger, Exception exception);
}
