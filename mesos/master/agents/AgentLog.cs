using LibProcess.Addressing;
using Mesos.Common;
using Microsoft.Extensions.Logging;

namespace Mesos.Master.Agents;

/// <summary>Events 2100 to 2199.</summary>
internal static partial class AgentLog
{
    [LoggerMessage(2111, LogLevel.Information, "Registered agent {Agent} at {Pid} with {Resources}")]
    public static partial void Registered(this ILogger logger, string agent, UPid pid, Resources resources);

    [LoggerMessage(2112, LogLevel.Warning, "Refused the registration of the agent at {Pid} ({Hostname}): {Reason}")]
    public static partial void RegistrationRefused(this ILogger logger, UPid pid, string hostname, string reason);

    [LoggerMessage(2113, LogLevel.Information, "Agent {Agent} at {Pid} is registered already; it is told again")]
    public static partial void AlreadyRegistered(this ILogger logger, string agent, UPid pid);

    [LoggerMessage(2114, LogLevel.Information, "Re-registered agent {Agent} at {Pid} with {Resources}")]
    public static partial void Reregistered(this ILogger logger, string agent, UPid pid, Resources resources);

    [LoggerMessage(2115, LogLevel.Warning, "Refused the re-registration of agent {Agent} at {Pid}: {Reason}")]
    public static partial void ReregistrationRefused(this ILogger logger, string agent, UPid pid, string reason);

    [LoggerMessage(2116, LogLevel.Information, "Agent {Agent} is back")]
    public static partial void Reactivated(this ILogger logger, string agent);

    [LoggerMessage(2117, LogLevel.Warning, "Task {Task} of framework {Framework} is unknown to agent {Agent}, which is asked about it")]
    public static partial void TaskMissingOnAgent(this ILogger logger, string task, string framework, string agent);

    [LoggerMessage(2118, LogLevel.Warning, "Agent {Agent} runs framework {Framework}, which has ended; it is told to shut it down")]
    public static partial void CompletedFrameworkOnAgent(this ILogger logger, string framework, string agent);

    [LoggerMessage(2119, LogLevel.Warning, "Ignored a message about agent {Agent} from {From}: {Reason}")]
    public static partial void AgentMessageIgnored(this ILogger logger, string agent, UPid from, string reason);

    [LoggerMessage(2120, LogLevel.Warning, "Did not remove agent {Agent}: {Reason}")]
    public static partial void RemovalIgnored(this ILogger logger, string agent, string reason);

    [LoggerMessage(2121, LogLevel.Information, "Removed agent {Agent}: {Reason}")]
    public static partial void Removed(this ILogger logger, string agent, string reason);

    [LoggerMessage(2122, LogLevel.Warning, "Marked agent {Agent} unreachable: {Reason}")]
    public static partial void MarkedUnreachable(this ILogger logger, string agent, string reason);

    [LoggerMessage(2123, LogLevel.Warning, "Agent {Agent} at {Pid} disconnected")]
    public static partial void AgentDisconnected(this ILogger logger, string agent, UPid pid);

    [LoggerMessage(2126, LogLevel.Warning, "Marked agent {Agent} gone")]
    public static partial void MarkedGone(this ILogger logger, string agent);

    [LoggerMessage(2127, LogLevel.Information, "Agent {Agent} drains")]
    public static partial void Drains(this ILogger logger, string agent);

    [LoggerMessage(2128, LogLevel.Information, "Agent {Agent} has drained")]
    public static partial void Drained(this ILogger logger, string agent);

    [LoggerMessage(2129, LogLevel.Information, "Agent {Agent} is deactivated")]
    public static partial void Deactivated(this ILogger logger, string agent);

    [LoggerMessage(2130, LogLevel.Warning, "Agent {Agent} could not be marked gone after it had drained: {Reason}")]
    public static partial void NotMarkedGone(this ILogger logger, string agent, string reason);

    [LoggerMessage(2131, LogLevel.Information, "Agent {Agent} is back already; it is told again")]
    public static partial void BackAlready(this ILogger logger, string agent);

    [LoggerMessage(2125, LogLevel.Information, "Agent {Agent} now has {Resources}")]
    public static partial void AgentUpdated(this ILogger logger, string agent, Resources resources);
}
