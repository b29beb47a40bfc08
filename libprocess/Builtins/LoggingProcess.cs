using System.Globalization;
using LibProcess.Diagnostics;
using LibProcess.Http;
using LibProcess.Processes;
using LibProcess.Time;
using Microsoft.Extensions.Logging;

namespace LibProcess.Builtins;

/// <summary>The process <c>logging</c>: raises the verbosity of the node's logs for a while.</summary>
/// <remarks>Upstream: 3rdparty/libprocess/src/logging.cpp. See <see cref="LogLevelSwitch"/> for what the levels mean.</remarks>
public sealed partial class LoggingProcess : ProcessBase
{
    private static readonly RouteHelp ToggleHelp = new(
        "Raises the verbosity of the logs for a while.",
        """
        Without parameters: the present verbosity. Levels are those of `GLOG_v`: at 0, the default, messages of level
        Information and above are logged; 1 adds Debug, 2 and more add Trace. The level cannot go below the one the
        program was started with, to which it returns when the time is over. The last request counts.

        Query parameters, both or none:

        >        level=VALUE          Verbosity (e.g., 1, 2)
        >        duration=VALUE       How long it lasts (e.g., 10secs, 15mins, etc.)
        """,
        Authentication: true);

    private readonly LogLevelSwitch? levels;
    private readonly ILogger logger;
    private ProcessTimer? revert;

    internal LoggingProcess(ProcessManager manager, LogLevelSwitch? levels)
        : base(manager, "logging")
    {
        this.levels = levels;
        logger = CreateLogger<LoggingProcess>();
    }

    /// <summary>The verbosity now. Any thread.</summary>
    public int Verbosity => levels?.Verbosity ?? 0;

    /// <summary>Sets the verbosity for a while, after which it returns to that at start. Any thread.</summary>
    /// <param name="verbosity">0 or more.</param>
    /// <param name="duration">How long; of no account where the verbosity is that at start.</param>
    /// <exception cref="InvalidOperationException">The node was started without a <see cref="LogLevelSwitch"/>.</exception>
    public Task SetVerbosityAsync(int verbosity, TimeSpan duration) => CallAsync(() => SetVerbosity(verbosity, duration));

    /// <inheritdoc/>
    protected override void Initialize() => 
        Route("/toggle", ToggleHelp, new RouteOptions { Realm = Manager.Options.ReadWriteRealm }, Toggle);

    private HttpResponse Toggle(HttpRequest request)
    {
        bool hasLevel = request.Query.TryGetValue("level", out string? level);
        bool hasDuration = request.Query.TryGetValue("duration", out string? duration);
        if (!hasLevel && !hasDuration)
        {
            return HttpResponse.Ok(string.Create(CultureInfo.InvariantCulture, $"{Verbosity}\n"));
        }

        if (!hasLevel || !hasDuration)
        {
            return HttpResponse.BadRequest($"Expecting '{(hasLevel ? "duration" : "level")}=value' in query.\n");
        }

        if (!int.TryParse(level, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int verbosity))
        {
            return HttpResponse.BadRequest($"Failed to convert '{level}' to number.\n");
        }

        if (verbosity < 0)
        {
            return HttpResponse.BadRequest(string.Create(CultureInfo.InvariantCulture, $"Invalid level '{verbosity}'.\n"));
        }

        if (verbosity < (levels?.OriginalVerbosity ?? 0))
        {
            return HttpResponse.BadRequest(string.Create(CultureInfo.InvariantCulture, $"'{verbosity}' < original level.\n"));
        }

        if (!DurationText.TryParse(duration!, out TimeSpan length, out string? error))
        {
            return HttpResponse.BadRequest($"{error}.\n");
        }

        if (levels is null)
        {
            return HttpResponse.NotImplemented("The levels of this program's logs cannot be changed while it runs.\n");
        }

        SetVerbosity(verbosity, length);
        return HttpResponse.Ok();
    }

    private void SetVerbosity(int verbosity, TimeSpan duration)
    {
        if (levels is null)
        {
            throw new InvalidOperationException("The node was started without a switch for its log levels");
        }

        revert?.Dispose();
        revert = verbosity == levels.OriginalVerbosity ? null : Delay(duration, Revert);
        levels.Verbosity = verbosity;
        LogVerbosity(verbosity);
    }

    private void Revert()
    {
        levels!.Verbosity = levels.OriginalVerbosity;
        LogVerbosity(levels.OriginalVerbosity);
    }

    [LoggerMessage(1051, LogLevel.Information, "The verbosity of the logs is now {Verbosity}")]
    private partial void LogVerbosity(int verbosity);
}
