using Microsoft.Extensions.Logging;

namespace LibProcess.Diagnostics;

/// <summary>
/// The level from which on messages are logged, as a switch that can be turned while the program runs. The host puts it into the
/// options of its nodes and lets the logger factory below pass everything; <c>/logging/toggle</c> turns it.
/// </summary>
/// <remarks>
/// Speaks of levels in two ways. The host sets a least <see cref="LogLevel"/>, as <c>--logging_level</c> does. Operators raise the
/// verbosity of glog on top of it (<c>GLOG_v</c>, <c>FLAGS_v</c>): 0 adds nothing, 1 adds <see cref="LogLevel.Debug"/>, 2 and more
/// add <see cref="LogLevel.Trace"/>. Safe from any thread.
/// </remarks>
public sealed class LogLevelSwitch
{
    private readonly LogLevel leastAtRest;
    private volatile int verbosity;

    /// <summary>Creates a switch.</summary>
    /// <param name="least">The least level at verbosity 0. Default: <see cref="LogLevel.Information"/>.</param>
    /// <param name="verbosity">The verbosity at start, below which operators cannot go; 0 or more.</param>
    public LogLevelSwitch(LogLevel least = LogLevel.Information, int verbosity = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(verbosity);
        leastAtRest = least;
        OriginalVerbosity = verbosity;
        this.verbosity = verbosity;
    }

    /// <summary>The verbosity at start.</summary>
    public int OriginalVerbosity { get; }

    /// <summary>The verbosity now; 0 or more.</summary>
    public int Verbosity
    {
        get => verbosity;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            verbosity = value;
        }
    }

    /// <summary>The least level that is logged now.</summary>
    public LogLevel Least
    {
        get
        {
            LogLevel asked = verbosity switch
            {
                0 => leastAtRest,
                1 => LogLevel.Debug,
                _ => LogLevel.Trace,
            };
            return asked < leastAtRest ? asked : leastAtRest;
        }
    }

    /// <summary>Whether a level is logged now.</summary>
    public bool IsEnabled(LogLevel level) => level >= Least;

    /// <summary>Puts the switch before all loggers of a factory; the factory remains the caller's to dispose.</summary>
    public ILoggerFactory Wrap(ILoggerFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory is SwitchedLoggerFactory { Switch: { } other } && ReferenceEquals(other, this)
            ? factory
            : new SwitchedLoggerFactory(factory, this);
    }

    private sealed class SwitchedLoggerFactory(ILoggerFactory inner, LogLevelSwitch levels) : ILoggerFactory
    {
        public LogLevelSwitch Switch => levels;

        public ILogger CreateLogger(string categoryName) => new SwitchedLogger(inner.CreateLogger(categoryName), levels);

        public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

        public void Dispose()
        {
        }
    }

    private sealed class SwitchedLogger(ILogger inner, LogLevelSwitch levels) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => levels.IsEnabled(logLevel) && inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (levels.IsEnabled(logLevel))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
