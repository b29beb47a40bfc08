using System.Globalization;
using LibProcess.Diagnostics;
using LibProcess.Processes;
using Mesos.Common.Flags;
using Mesos.Common.Messages;
using Microsoft.Extensions.Logging;

namespace Mesos.Cli.Logging;

/// <summary>The flags of logging, the same for every daemon.</summary>
/// <remarks>Upstream: src/logging/flags.cpp.</remarks>
internal sealed class LoggingFlags
{
    public const string Infos = "INFO";
    public const string Warnings = "WARNING";
    public const string Errors = "ERROR";

    private const string Verbosity = "GLOG_v";

    private readonly Flag<bool> quiet;
    private readonly Flag<string> loggingLevel;
    private readonly Flag<string?> logDirectory;
    private readonly string program;

    /// <summary>Declares them in a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="level">What is logged where nobody says.</param>
    public LoggingFlags(FlagTable table, string level = Infos)
    {
        quiet = table.Bool("quiet", false, "do not log to standard error");
        loggingLevel = table.Text("logging_level", level, "lowest level that is logged: INFO, WARNING or ERROR").OneOf(Infos, Warnings, Errors);
        program = table.Program;
        logDirectory = table.OptionalPath(
            "log_dir", $"directory for a log file, {LogFile.NameOf(program)}, to the end of which all is added that is logged; standard error gets it as well unless quiet");
        table.Integer("logbufsecs", 0, "seconds log lines may be held back").NotBuilt("every line is written at once");
        table.Bool("initialize_driver_logging", true, "whether drivers set up logging").NotBuilt("drivers log where their program says");
        table.OptionalPath("external_log_file", "log file written by somebody else, to be shown in the web interface").NotBuilt("no log is shown there");
    }

    /// <summary>The loggers these values ask for.</summary>
    /// <exception cref="IOException">There can be no log file in the directory.</exception>
    public ILoggerFactory CreateLoggerFactory(FlagValues values) => CreateLoggerFactory(values, Level(values));

    /// <summary>The node of a daemon that logs as these values ask, can be made more talkative while it runs, and obeys <c>LIBPROCESS_*</c>.</summary>
    /// <exception cref="IOException">There can be no log file in the directory.</exception>
    /// <exception cref="ProcessEnvironmentException">A variable has a value with which the node must not start.</exception>
    public ProcessManagerOptions NodeOptions(FlagValues values, IReadOnlyDictionary<string, string> environment)
    {
        var level = Level(values);
        ProcessManagerOptions options = new()
        {
            // The switch decides; below it everything passes, unless nothing is to be logged at all.
            LoggerFactory = CreateLoggerFactory(values, level == LogLevel.None ? LogLevel.None : LogLevel.Trace),
            LogLevels = new LogLevelSwitch(level, ReadVerbosity(environment)),
        };
        return ProcessEnvironment.Read(environment, WireMessageSchema.ApplyTo(options));
    }

    private StderrLoggerFactory CreateLoggerFactory(FlagValues values, LogLevel level) => new(
        level,
        file: values.Get(logDirectory) is { } directory ? LogFile.Open(directory, program) : null,
        quiet: values.Get(quiet));

    private LogLevel Level(FlagValues values) => values.Get(quiet) && values.Get(logDirectory) is null ? LogLevel.None : values.Get(loggingLevel) switch
    {
        Errors => LogLevel.Error,
        Warnings => LogLevel.Warning,
        _ => LogLevel.Information,
    };

    private static int ReadVerbosity(IReadOnlyDictionary<string, string> environment) =>
        !environment.TryGetValue(Verbosity, out var text) ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var verbosity) ? verbosity
        : throw new ProcessEnvironmentException($"{Verbosity}={text} is not valid: expecting a whole number");
}
