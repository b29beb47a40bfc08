using Microsoft.Extensions.Logging;

namespace Mesos.Master.Leadership;

/// <summary>Events 2020 to 2039.</summary>
internal static partial class LeadershipLog
{
    [LoggerMessage(2020, LogLevel.Warning, "The registry holds quotas or weights, which this master keeps but does not use yet")]
    public static partial void RegistryPartsNotUsed(this ILogger logger);

    [LoggerMessage(2021, LogLevel.Warning, "Agent {Agent} ({Hostname}) did not come back within {Timeout}")]
    public static partial void AgentStayedAway(this ILogger logger, string agent, string hostname, TimeSpan timeout);

    [LoggerMessage(2022, LogLevel.Information, "Forgot {Unreachable} unreachable and {Gone} gone agents of the registry")]
    public static partial void RegistryPruned(this ILogger logger, int unreachable, int gone);
}
