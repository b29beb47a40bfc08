using Microsoft.Extensions.Logging;

namespace Mesos.Master.Accept;

/// <summary>Events 2400 to 2499.</summary>
internal static partial class AcceptLog
{
    [LoggerMessage(2401, LogLevel.Information, "Launching task {Task} of framework {Framework} on agent {Agent}, new executor: {NewExecutor}")]
    public static partial void Launching(this ILogger logger, string task, string framework, string agent, bool newExecutor);

    [LoggerMessage(2402, LogLevel.Warning, "Refused task {Task} of framework {Framework}: {Reason}")]
    public static partial void TaskInvalid(this ILogger logger, string task, string framework, string reason);

    [LoggerMessage(2403, LogLevel.Warning, "Framework {Framework} used invalid offers: {Reason}")]
    public static partial void InvalidOffers(this ILogger logger, string framework, string reason);

    [LoggerMessage(2404, LogLevel.Warning, "Framework {Framework} declined offers by a launch without tasks")]
    public static partial void LaunchWithoutTasks(this ILogger logger, string framework);

    [LoggerMessage(2405, LogLevel.Warning, "Dropped operation {Operation} of framework {Framework}: {Reason}")]
    public static partial void OperationDropped(this ILogger logger, string operation, string framework, string reason);
}
