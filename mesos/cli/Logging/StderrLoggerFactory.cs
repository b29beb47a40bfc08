using System.Text;
using Microsoft.Extensions.Logging;

namespace Mesos.Cli.Logging;

/// <summary>Loggers that write to standard error. Small on purpose: every executor on a machine carries one.</summary>
internal sealed class StderrLoggerFactory : ILoggerFactory
{
    private readonly Stream stream;
    private volatile LogLevel level;

    /// <param name="level">The lowest level that is written.</param>
    /// <param name="stream">Where to write instead of standard error; for tests.</param>
    /// <param name="clock">Time; for tests.</param>
    public StderrLoggerFactory(LogLevel level, Stream? stream = null, TimeProvider? clock = null)
    {
        this.level = level;
        this.stream = stream ?? Console.OpenStandardError();
        Clock = clock ?? TimeProvider.System;
    }

    /// <summary>The lowest level that is written; may change while the program runs.</summary>
    public LogLevel Level
    {
        get => level;
        set => level = value;
    }

    public TimeProvider Clock { get; }

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
