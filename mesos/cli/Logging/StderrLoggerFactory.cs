using System.Text;
using Microsoft.Extensions.Logging;

namespace Mesos.Cli.Logging;

/// <summary>Loggers that write to standard error. Small on purpose: every executor on a machine carries one.</summary>
/// <param name="level">The lowest level that is written.</param>
/// <param name="stream">Where to write instead of standard error; for tests.</param>
/// <param name="clock">Time; for tests.</param>
internal sealed class StderrLoggerFactory(LogLevel level, Stream? stream = null, TimeProvider? clock = null) : ILoggerFactory
{
    private readonly Stream stream = stream ?? Console.OpenStandardError();

    public TimeProvider Clock { get; } = clock ?? TimeProvider.System;

    public bool IsEnabled(LogLevel asked) => asked != LogLevel.None && asked >= level;

    public ILogger CreateLogger(string categoryName) => new StderrLogger(categoryName, this);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("This program logs to standard error only");

    public void Dispose()
    {
    }

    /// <summary>Writes a whole line at once, so that lines of several threads and programs do not mix.</summary>
    public void Write(string line)
    {
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(line));
        }
        catch (IOException)
        {
            // Nobody reads the log any more, which is no reason to stop working.
        }
    }
}
