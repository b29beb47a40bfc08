using LibProcess.Addressing;
using Mesos.Common.Values;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Operations;

/// <summary>Offer operations, none of which this agent can do yet: each is answered, so that the master does not wait.</summary>
/// <remarks>
/// Upstream: <c>Slave::applyOperation</c>, <c>reconcileOperations</c>, <c>operationStatusAcknowledgement</c> and
/// <c>checkpointResourcesMessage</c> in src/slave/slave.cpp.
/// </remarks>
internal sealed partial class OfferOperations(SlaveContext context)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>The master wants resources reserved, or volumes made: an error with a sentence.</summary>
    public void Apply(UPid from, ApplyOperationMessage message)
    {
        if (!IsFromMaster(from, "an operation"))
        {
            return;
        }

        string kind = message.OperationInfo.Type.ToString();
        context.Metrics.UnsupportedMessages.Increment();
        LogNotSupported(kind);
        Report(message.FrameworkId, message.OperationUuid, new OperationStatus
        {
            OperationId = message.OperationInfo.Id?.Clone(),
            State = OperationState.OperationError,
            Message = $"This agent does not support offer operations yet: {kind} was not applied",
        });
    }

    /// <summary>The master asks for operations it thinks are here: none is.</summary>
    public void Reconcile(UPid from, ReconcileOperationsMessage message)
    {
        if (!IsFromMaster(from, "a reconciliation of operations"))
        {
            return;
        }

        // A framework's question is about operations the master does not know; this agent has no others.
        OperationState answer = message.FrameworkId is null ? OperationState.OperationDropped : OperationState.OperationUnknown;
        foreach (ReconcileOperationsMessage.Types.Operation operation in message.Operations)
        {
            if (operation.OperationUuid is null && operation.OperationId is null)
            {
                context.Metrics.DroppedMessages.Increment();
                continue;
            }

            Report(message.FrameworkId, operation.OperationUuid, new OperationStatus
            {
                OperationId = message.FrameworkId is null ? null : operation.OperationId?.Clone(),
                State = answer,
                ResourceProviderId = operation.ResourceProviderId?.Clone(),
            });
        }
    }

    /// <summary>Statuses sent here need no acknowledgement.</summary>
    public void Acknowledged(UPid from, AcknowledgeOperationStatusMessage message)
    {
        context.Metrics.DroppedMessages.Increment();
        LogUnknownOperation(from, UuidBytes.TryParse(message.OperationUuid.Value, out Guid uuid) ? uuid.ToString() : "of malformed uuid");
    }

    /// <summary>Masters for agents without operations send the reservations and volumes the agent is to have.</summary>
    public void Checkpoint(UPid from, CheckpointResourcesMessage message)
    {
        if (IsFromMaster(from, "resources to checkpoint") && message.Resources.Count > 0)
        {
            context.Metrics.UnsupportedMessages.Increment();
            LogCannotCheckpoint(message.Resources.Count);
        }
    }

    private void Report(FrameworkID? frameworkId, UUID? operation, OperationStatus status)
    {
        if (state.Master is not { } master || state.Info.Id is null)
        {
            return;
        }

        status.SlaveId = state.Info.Id.Clone();
        context.Actor.Send(master, new UpdateOperationStatusMessage
        {
            FrameworkId = frameworkId?.Clone(),
            SlaveId = state.Info.Id.Clone(),
            Status = status,
            LatestStatus = status.Clone(),
            OperationUuid = operation?.Clone(),
        });
    }

    private bool IsFromMaster(UPid from, string what)
    {
        if (state.Phase == SlavePhase.Running && from == state.Master)
        {
            return true;
        }

        context.Metrics.DroppedMessages.Increment();
        LogIgnoring(what, from);
        return false;
    }

    [LoggerMessage(3501, LogLevel.Error, "Refusing the operation {Kind}: this agent does not support operations yet")]
    private partial void LogNotSupported(string kind);

    [LoggerMessage(3502, LogLevel.Warning, "Ignoring an acknowledgement from {From} for operation {Operation}: nothing waits for it")]
    private partial void LogUnknownOperation(UPid from, string operation);

    [LoggerMessage(3503, LogLevel.Error, "Not keeping {Count} reservations and volumes: this agent does not support them yet")]
    private partial void LogCannotCheckpoint(int count);

    [LoggerMessage(3504, LogLevel.Warning, "Ignoring {What} from {From}: it is not the master this agent is registered with")]
    private partial void LogIgnoring(string what, UPid from);
}
