using Microsoft.Extensions.Logging;

namespace LibProcess.Testing.Simulation;

/// <summary>Log lines of a node as a part of the trace; not of its hash.</summary>
internal sealed class TraceLogs(Engine engine, string node) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new TraceLog(engine, node);

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("Give the node a logger factory of your own to log elsewhere");

    public void Dispose()
    {
    }

    private sealed class TraceLog(Engine engine, string node) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= engine.Options.TraceLogs && logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                string text = $"{logLevel}: {formatter(state, exception)}";
                engine.NoteText(node, exception is null ? text : $"{text}\n{exception}");
            }
        }
    }
}
