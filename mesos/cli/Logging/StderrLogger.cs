using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Mesos.Cli.Logging;

/// <summary>Writes one line per entry to standard error: level, time, category, text.</summary>
internal sealed class StderrLogger(string category, StderrLoggerFactory factory) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => factory.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        StringBuilder line = new();
        line.Append(Letter(logLevel))
            .Append(factory.Clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture))
            .Append(' ').Append(category).Append('[').Append(eventId.Id).Append("] ")
            .Append(formatter(state, exception));
        if (exception is not null)
        {
            line.AppendLine().Append(exception);
        }

        factory.Write(line.AppendLine().ToString());
    }

    private static char Letter(LogLevel level) => level switch
    {
        LogLevel.Critical => 'F',
        LogLevel.Error => 'E',
        LogLevel.Warning => 'W',
        LogLevel.Information => 'I',
        _ => 'D',
    };
}
