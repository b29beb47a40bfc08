using LibProcess.Addressing;
using Microsoft.Extensions.Logging;

namespace Mesos.Master.Frameworks;

/// <summary>Events 2200 to 2299.</summary>
internal static partial class FrameworkLog
{
    [LoggerMessage(2201, LogLevel.Information, "Added framework {Framework} ({Name})")]
    public static partial void FrameworkAdded(this ILogger logger, string framework, string name);

    [LoggerMessage(2202, LogLevel.Information, "Refused the subscription of framework {Name} at {Pid}: {Reason}")]
    public static partial void SubscriptionRefused(this ILogger logger, string name, UPid pid, string reason);

    [LoggerMessage(2203, LogLevel.Information, "Framework {Framework} at {Pid} is subscribed already; it is told again")]
    public static partial void AlreadySubscribed(this ILogger logger, string framework, UPid pid);

    [LoggerMessage(2204, LogLevel.Information, "Framework {Framework} failed over to {Pid}")]
    public static partial void FailedOver(this ILogger logger, string framework, UPid pid);

    [LoggerMessage(2205, LogLevel.Warning, "Refused the update of framework {Framework}: {Reason}")]
    public static partial void UpdateRefused(this ILogger logger, string framework, string reason);

    [LoggerMessage(2206, LogLevel.Warning, "Ignored a message about framework {Framework} from {From}: {Reason}")]
    public static partial void FrameworkMessageIgnored(this ILogger logger, string framework, UPid from, string reason);

    [LoggerMessage(2207, LogLevel.Information, "Framework {Framework} disconnected and has {Timeout} to come back")]
    public static partial void FrameworkDisconnected(this ILogger logger, string framework, TimeSpan timeout);

    [LoggerMessage(2208, LogLevel.Information, "Framework {Framework} did not come back in time")]
    public static partial void FailoverTimedOut(this ILogger logger, string framework);

    [LoggerMessage(2209, LogLevel.Information, "Removed framework {Framework}")]
    public static partial void FrameworkRemoved(this ILogger logger, string framework);

    [LoggerMessage(2210, LogLevel.Warning, "Dropped a {Call} call of framework {Framework}: {Reason}")]
    public static partial void CallDropped(this ILogger logger, string call, string framework, string reason);

    [LoggerMessage(2211, LogLevel.Information, "Refused a {Call} call of framework {Framework}: it is disconnected")]
    public static partial void CallOfDisconnected(this ILogger logger, string call, string framework);

    [LoggerMessage(2212, LogLevel.Information, "Authenticated {Pid} as '{Principal}'")]
    public static partial void Authenticated(this ILogger logger, UPid pid, string principal);

    [LoggerMessage(2213, LogLevel.Warning, "The authentication of {Pid} ended without a verdict: {Reason}")]
    public static partial void AuthenticationFailed(this ILogger logger, UPid pid, string reason);

    [LoggerMessage(2214, LogLevel.Warning, "Ignored the wish of {From} to authenticate '{Pid}', which is no process")]
    public static partial void AuthenticationIgnored(this ILogger logger, UPid from, string pid);
}
