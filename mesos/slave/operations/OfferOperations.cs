using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Operations;

/// <summary>Reservations and volumes as the master wants them.</summary>
/// <remarks>
/// Upstream: <c>Slave::applyOperation</c>, <c>reconcileOperations</c>, <c>operationStatusAcknowledgement</c> and
/// <c>checkpointResourcesMessage</c> in src/slave/slave.cpp.
/// </remarks>
internal sealed partial class OfferOperations(SlaveContext context, OperationOutcomes outcomes, Action redetect)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>The master wants resources reserved or released, or volumes made, resized or destroyed.</summary>
    /// <remarks>
    /// It is done at once, so that a task that follows finds it done, and told when it is durable. One that was meant for what the
    /// agent had before it was started again is dropped.
    /// </remarks>
    public void Apply(UPid from, ApplyOperationMessage message)
    {
        if (!IsFromMaster(from, "an operation", evenIfDisconnected: true))
        {
            return;
        }

        OperationInfo info = message.OperationInfo;
        if (!UuidBytes.TryParse(message.OperationUuid.Value, out Guid uuid) || state.Operations.ContainsKey(uuid))
        {
            context.Metrics.DroppedMessages.Increment();
            LogUnusable(from, info.Type);
            return;
        }

        AgentOperation operation = outcomes.Add(uuid, info, message.FrameworkId);
        if (message.ResourceVersionUuid.ResourceProviderId is null && !message.ResourceVersionUuid.Uuid.Equals(state.ResourceVersion))
        {
            const string Outdated = "Operation assumes outdated resource state";
            LogNotApplied(uuid, info.Type, Outdated);
            outcomes.Decide(operation, OperationState.OperationDropped, Outdated);
        }
        else if (OperationRules.TryApply(state.Total, info, out Common.Resources? total, out string? error))
        {
            LogApplying(uuid, info.Type);
            state.Total = total;
            outcomes.Decide(operation, OperationState.OperationFinished);
        }
        else
        {
            LogNotApplied(uuid, info.Type, error);
            outcomes.Decide(operation, OperationState.OperationError, error);
            if (info.Type.IsSpeculative())
            {
                // The master took it for done before it asked: what the agent has it learns by a registration.
                redetect();
            }
        }

        context.Actor.RunDurably(() => outcomes.TellAsync(operation));
    }

    /// <summary>The master asks for operations it thinks are here, or a framework for some the master does not know.</summary>
    public void Reconcile(UPid from, ReconcileOperationsMessage message)
    {
        if (!IsFromMaster(from, "a reconciliation of operations"))
        {
            return;
        }

        foreach (ReconcileOperationsMessage.Types.Operation asked in message.Operations)
        {
            if (asked.OperationUuid is null && asked.OperationId is null)
            {
                context.Metrics.DroppedMessages.Increment();
            }
            else if (message.FrameworkId is { } framework)
            {
                ReconcileForFramework(framework, asked);
            }
            else if (Find(asked.OperationUuid) is null)
            {
                // The master's own question: what is known here is in agreement, or will be told anyway.
                Report(frameworkId: null, asked.OperationUuid, new OperationStatus
                {
                    State = OperationState.OperationDropped,
                    ResourceProviderId = asked.ResourceProviderId?.Clone(),
                });
            }
        }
    }

    /// <summary>The master, or a framework through it, has got what came of an operation.</summary>
    public void Acknowledged(UPid from, AcknowledgeOperationStatusMessage message)
    {
        if (!IsFromMaster(from, "an acknowledgement of an operation"))
        {
            return;
        }

        if (Find(message.OperationUuid) is not { } operation || !UuidBytes.TryParse(message.StatusUuid.Value, out Guid status))
        {
            context.Metrics.DroppedMessages.Increment();
            LogUnknownOperation(from, UuidBytes.TryParse(message.OperationUuid.Value, out Guid uuid) ? uuid.ToString() : "of malformed uuid");
            return;
        }

        context.Actor.RunDurably(() => outcomes.AcknowledgeAsync(operation, status, from));
    }

    /// <summary>Masters that know no operations say which reservations and volumes the agent is to have, all of them each time.</summary>
    public void Checkpoint(UPid from, CheckpointResourcesMessage message)
    {
        if (!IsFromMaster(from, "resources to checkpoint", evenIfDisconnected: true))
        {
            return;
        }

        ResourceFormat.UpgradeAll(message);
        if (!OperationRules.TryReplace(Common.Resources.From(state.Info.Resources), message.Resources, out Common.Resources? total, out string? error))
        {
            context.Metrics.DroppedMessages.Increment();
            LogCannotCheckpoint(message.Resources.Count, error);
            return;
        }

        LogCheckpointing(message.Resources.Count);
        state.Total = total;
        context.Actor.RunDurably(context.Checkpoints.Resources.CommitAsync);
    }

    private void ReconcileForFramework(FrameworkID framework, ReconcileOperationsMessage.Types.Operation asked)
    {
        AgentOperation? known = asked.OperationUuid is { } uuid ? Find(uuid) : state.FindOperation(framework.Value, asked.OperationId.Value);
        OperationStatus status = known?.Record.LatestStatus.Clone() ?? new OperationStatus
        {
            OperationId = asked.OperationId?.Clone(),
            State = OperationState.OperationUnknown,
            ResourceProviderId = asked.ResourceProviderId?.Clone(),
        };

        // It is said once and not again, so that it needs no acknowledgement.
        status.Uuid = null;
        Report(framework, known?.Record.Uuid ?? asked.OperationUuid, status);
    }

    private AgentOperation? Find(UUID? uuid) =>
        UuidBytes.TryParse(uuid?.Value, out Guid id) && state.Operations.TryGetValue(id, out AgentOperation? found) ? found : null;

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
            OperationUuid = operation?.Clone(),
        });
    }

    /// <param name="from">The sender.</param>
    /// <param name="what">What it sends.</param>
    /// <param name="evenIfDisconnected">
    /// Whether it counts while the agent registers again: the master holds it for active meanwhile, and sends what tasks rest upon that
    /// are taken.
    /// </param>
    private bool IsFromMaster(UPid from, string what, bool evenIfDisconnected = false)
    {
        if (from == state.Master &&
            (state.Phase == SlavePhase.Running || (evenIfDisconnected && state.Phase == SlavePhase.Disconnected && state.Id is not null)))
        {
            return true;
        }

        context.Metrics.DroppedMessages.Increment();
        LogIgnoring(what, from);
        return false;
    }

    [LoggerMessage(3501, LogLevel.Error, "Operation {Operation}, {Kind}, is not applied: {Why}")]
    private partial void LogNotApplied(Guid operation, OperationInfo.Types.Type kind, string why);

    [LoggerMessage(3502, LogLevel.Warning, "Ignoring an acknowledgement from {From} for operation {Operation}: nothing waits for it")]
    private partial void LogUnknownOperation(UPid from, string operation);

    [LoggerMessage(3503, LogLevel.Error, "Not keeping {Count} reservations and volumes, which cannot be those of this agent: {Why}")]
    private partial void LogCannotCheckpoint(int count, string why);

    [LoggerMessage(3504, LogLevel.Warning, "Ignoring {What} from {From}: it is not the master this agent is registered with")]
    private partial void LogIgnoring(string what, UPid from);

    [LoggerMessage(3505, LogLevel.Information, "Applying operation {Operation}, {Kind}")]
    private partial void LogApplying(Guid operation, OperationInfo.Types.Type kind);

    [LoggerMessage(3506, LogLevel.Warning, "Ignoring an operation {Kind} from {From}: its uuid is malformed, or it came before")]
    private partial void LogUnusable(UPid from, OperationInfo.Types.Type kind);

    [LoggerMessage(3507, LogLevel.Information, "Keeping {Count} reservations and volumes")]
    private partial void LogCheckpointing(int count);
}
