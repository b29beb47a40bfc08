using Mesos.Common.Flags;
using Microsoft.Extensions.Logging;

namespace Mesos.Cli.Logging;

/// <summary>The flags of logging, the same for every daemon.</summary>
/// <remarks>Upstream: src/logging/flags.cpp.</remarks>
internal sealed class LoggingFlags
{
    private readonly Flag<bool> quiet;
    private readonly Flag<string> loggingLevel;

    /// <summary>Declares them in a table.</summary>
    public LoggingFlags(FlagTable table)
    {
        quiet = table.Bool("quiet", false, "do not log to standard error");
        loggingLevel = table.Text("logging_level", "INFO", "lowest level that is logged: INFO, WARNING or ERROR").OneOf("INFO", "WARNING", "ERROR");
        table.OptionalPath("log_dir", "directory for log files").NotBuilt("logs go to standard error; let the service manager keep them");
        table.Integer("logbufsecs", 0, "seconds log lines may be held back").NotBuilt("every line is written at once");
        table.Bool("initialize_driver_logging", true, "whether drivers set up logging").NotBuilt("drivers log where their program says");
        table.OptionalPath("external_log_file", "log file written by somebody else, to be shown in the web interface").NotBuilt("no log is shown there");
    }

    /// <summary>The loggers these values ask for.</summary>
    public StderrLoggerFactory CreateFactory(FlagValues values) => new(values.Get(quiet) ? LogLevel.None : Level(values));

    private LogLevel Level(FlagValues values) => values.Get(loggingLevel) switch
    {
        "ERROR" => LogLevel.Error,
        "WARNING" => LogLevel.Warning,
        _ => LogLevel.Information,
    };
}
