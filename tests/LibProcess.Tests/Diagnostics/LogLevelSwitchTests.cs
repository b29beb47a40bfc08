using LibProcess.Diagnostics;
using Microsoft.Extensions.Logging;

namespace LibProcess.Tests.Diagnostics;

public sealed class LogLevelSwitchTests
{
    [TestCase(LogLevel.Information, 0, LogLevel.Information)]
    [TestCase(LogLevel.Information, 1, LogLevel.Debug)]
    [TestCase(LogLevel.Information, 2, LogLevel.Trace)]
    [TestCase(LogLevel.Information, 9, LogLevel.Trace)]
    [TestCase(LogLevel.Error, 0, LogLevel.Error)]
    [TestCase(LogLevel.Error, 1, LogLevel.Debug)]
    [TestCase(LogLevel.Trace, 1, LogLevel.Trace)]
    public void Verbosity_lowers_the_least_level_and_never_raises_it(LogLevel atRest, int verbosity, LogLevel least)
    {
        var levels = new LogLevelSwitch(atRest) { Verbosity = verbosity };
        Assert.That(levels.Least, Is.EqualTo(least));
    }

    [Test]
    public void The_switch_stands_before_every_logger_it_wraps()
    {
        var seen = new RecordingLoggerFactory();
        var levels = new LogLevelSwitch();
        ILoggerFactory wrapped = levels.Wrap(seen);
        ILogger logger = wrapped.CreateLogger("a");

        logger.Log(LogLevel.Debug, "hidden");
        Assert.That(logger.IsEnabled(LogLevel.Debug), Is.False);
        levels.Verbosity = 1;
        Assert.That(logger.IsEnabled(LogLevel.Debug), Is.True);
        logger.Log(LogLevel.Debug, "shown");

        Assert.That(seen.Messages, Is.EqualTo(new[] { "shown" }));
        Assert.That(levels.Wrap(wrapped), Is.SameAs(wrapped));
        Assert.That(new LogLevelSwitch().Wrap(wrapped), Is.Not.SameAs(wrapped));
    }
}
