using LibProcess.Addressing;
using Microsoft.Extensions.Logging;

namespace Mesos.Master.Operations;

/// <summary>Events 2600 to 2699.</summary>
internal static partial class OperationLog
{
    [LoggerMessage(2601, LogLevel.Warning, "Ignored a status update of operation '{Id}' for agent {Agent} from {From}: {Reason}")]
    public static partial void OperationUpdateIgnored(this ILogger logger, string id, string agent, UPid from, string reason);

    [LoggerMessage(2602, LogLevel.Information, "Sending operation '{Id}' ({Kind}, uuid {Uuid}) to agent {Agent}")]
    public static partial void OperationSent(this ILogger logger, string id, string kind, Guid uuid, string agent);

    [LoggerMessage(2603, LogLevel.Information, "Sending its checkpointed resources {Resources} to agent {Agent}")]
    public static partial void CheckpointedSent(this ILogger logger, string resources, string agent);

    [LoggerMessage(2604, LogLevel.Warning, "Not sending its checkpointed resources to agent {Agent}: it does not know refined reservations")]
    public static partial void CheckpointedNotSent(this ILogger logger, string agent);

    [LoggerMessage(2605, LogLevel.Information, "Operation '{Id}' of framework {Framework} on agent {Agent} is now {State}")]
    public static partial void OperationUpdated(this ILogger logger, string id, string framework, string agent, string state);

    [LoggerMessage(2606, LogLevel.Warning, "Did not pass on an update of operation '{Id}': framework {Framework} is unknown or disconnected")]
    public static partial void OperationUpdateNotForwarded(this ILogger logger, string id, string framework);

    [LoggerMessage(2607, LogLevel.Warning, "Ignored an acknowledgement for operation '{Id}' of framework {Framework} on agent {Agent}: {Reason}")]
    public static partial void OperationAcknowledgementIgnored(this ILogger logger, string id, string framework, string agent, string reason);

    [LoggerMessage(2608, LogLevel.Information, "Framework {Framework} reconciles {Count} operations (0 for all)")]
    public static partial void ReconcilingOperations(this ILogger logger, string framework, int count);

    [LoggerMessage(2609, LogLevel.Warning, "Asking agent {Agent} about operation '{Id}', which it did not list")]
    public static partial void OperationMissingOnAgent(this ILogger logger, string agent, string id);

    [LoggerMessage(2610, LogLevel.Warning, "Ignored an operation reported by agent {Agent}: {Reason}")]
    public static partial void ReportedOperationIgnored(this ILogger logger, string agent, string reason);

    [LoggerMessage(2611, LogLevel.Information, "Operation '{Id}' of framework {Framework} on agent {Agent} is an orphan")]
    public static partial void OperationOrphaned(this ILogger logger, string id, string framework, string agent);

    [LoggerMessage(2612, LogLevel.Information, "Operation '{Id}' of framework {Framework} on agent {Agent} has its framework back")]
    public static partial void OperationAdopted(this ILogger logger, string id, string framework, string agent);

    [LoggerMessage(2613, LogLevel.Warning, "An operation of agent {Agent} changed what the master does not know of: {Reason}")]
    public static partial void ConversionFailed(this ILogger logger, string agent, string reason);

    [LoggerMessage(2614, LogLevel.Information, "Resource provider {Provider} of agent {Agent} is gone")]
    public static partial void ProviderGone(this ILogger logger, string provider, string agent);

    [LoggerMessage(2615, LogLevel.Information, "Resource provider {Provider} of agent {Agent} has {Resources}")]
    public static partial void ProviderUpdated(this ILogger logger, string provider, string agent, string resources);
}
