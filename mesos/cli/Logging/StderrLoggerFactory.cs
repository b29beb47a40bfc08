using System.Text;
using Microsoft.Extensions.Logging;

namespace Mesos.Cli.Logging;

/// <summary>Loggers that write to standard error, and to a file where there is one. Small on purpose: every executor on a machine carries one.</summary>
/// <param name="level">The lowest level that is written.</param>
/// <param name="stream">Where to write instead of standard error; for tests.</param>
/// <param name="clock">Time; for tests.</param>
/// <param name="file">Where to write as well, or null.</param>
/// <param name="quiet">Whether only the file is written to.</param>
internal sealed class StderrLoggerFactory(
    LogLevel level, Stream? stream = null, TimeProvider? clock = null, LogFile? file = null, bool quiet = false) : ILoggerFactory
{
    private readonly Stream? stream = quiet ? null : stream ?? Console.OpenStandardError();

    public TimeProvider Clock { get; } = clock ?? TimeProvider.System;

    public bool IsEnabled(LogLevel asked) => asked != LogLevel.None && asked >= level;

    public ILogger CreateLogger(string categoryName) => new StderrLogger(categoryName, this);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("This program logs to standard error and to --log_dir only");

    public void Dispose()
    {
    }

    /// <summary>Writes a whole line at once, so that lines of several threads and programs do not mix.</summary>
    public void Write(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        try
        {
            file?.Write(bytes);
        }
        catch (IOException)
        {
            // The disk is full, which is no reason to stop working. Lines follow again when there is space.
        }

        try
        {
            stream?.Write(bytes);
        }
        catch (IOException)
        {
            // Nobody reads the log any more, which is no reason to stop working.
        }
    }
}
