using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Operations;

/// <summary>
/// What agents report of operations. A framework that gave its operation an id hears of it and acknowledges; what nobody waits
/// for is acknowledged here, so that the agent stops repeating it.
/// </summary>
/// <remarks>
/// Upstream: <c>Master::updateOperationStatus</c> in src/master/master.cpp, which ends where a report names neither agent nor
/// framework; here such a report is dropped.
/// </remarks>
internal sealed class OperationUpdates(IMasterContext context, MasterState state, OperationLifecycle lifecycle, OperationForwarding forwarding)
{
    /// <summary>How long a returned agent's operation of an unknown framework waits for that framework. Upstream: MIN_WAIT_BEFORE_ORPHAN_OPERATION_ADOPTION.</summary>
    private static readonly TimeSpan AdoptionWait = TimeSpan.FromMinutes(10);

    public void OnUpdate(UPid from, UpdateOperationStatusMessage message)
    {
        context.Metrics.MessagesOperationStatusUpdate.Increment();
        ResourceFormat.UpgradeAll(message);
        string? frameworkId = message.FrameworkId?.Value;
        Agent? agent = state.Agents.Find(message.SlaveId?.Value);
        string? problem =
            message.SlaveId is null ? "it does not name an agent"
            : message.Status.Uuid is { } uuid && !UuidBytes.IsValid(uuid.Value.Span) ? "the uuid of its status is not valid"
            : message.LatestStatus?.Uuid is { } latest && !UuidBytes.IsValid(latest.Value.Span) ? "the uuid of its latest status is not valid"
            : agent is not null && agent.Pid != from ? "it does not come from the agent"
            : message.OperationUuid is null ? frameworkId is null ? "it names neither an operation nor a framework" : null
            : !UuidBytes.IsValid(message.OperationUuid.Value.Span) ? "the uuid of the operation is not valid"
            : agent is null ? "the agent is not registered"
            : null;
        if (problem is not null)
        {
            Ignore(from, message, problem);
        }
        else if (message.OperationUuid is null)
        {
            // The answer to a question of the framework that this master passed on.
            forwarding.Forward(frameworkId!, message);
        }
        else if (agent!.Operations.Find(message.OperationUuid.Value) is { } operation)
        {
            context.Metrics.ValidOperationStatusUpdates.Increment();
            Take(agent, operation, message);
        }
        else
        {
            // Without a framework it is the second answer about an operation that is settled.
            Ignore(from, message, "the operation is unknown");
            if (frameworkId is not null)
            {
                forwarding.Forward(frameworkId, message);
            }
        }
    }

    private void Take(Agent agent, MasterOperation operation, UpdateOperationStatusMessage message)
    {
        if (operation.Id is not null)
        {
            // An agent that never heard of the operation cannot say whose it is.
            message.Status.OperationId = operation.Info.Info.Id.Clone();
        }

        lifecycle.Update(operation, message.LatestStatus ?? message.Status, convert: true);
        OperationStatus latest = operation.Info.Statuses[^1];
        if (Listener(operation) is { } listener)
        {
            forwarding.Forward(listener, message);
            if (latest.State.IsTerminal() && latest.Uuid is null)
            {
                // Nobody will acknowledge it.
                lifecycle.Remove(agent, operation);
            }

            return;
        }

        if (latest.Uuid is not null)
        {
            if (MayBeAdopted(agent, operation))
            {
                return;
            }

            context.Send(agent.Pid, new AcknowledgeOperationStatusMessage
            {
                StatusUuid = latest.Uuid.Clone(),
                OperationUuid = operation.Info.Uuid.Clone(),
                ResourceProviderId = operation.ProviderId is { } id ? new ResourceProviderID { Value = id } : null,
            });
        }

        if (latest.State.IsTerminal())
        {
            lifecycle.Remove(agent, operation);
        }
    }

    /// <summary>The framework that acknowledges updates of an operation; null where the master does.</summary>
    private string? Listener(MasterOperation operation) =>
        operation is { Id: not null, FrameworkId: { } frameworkId, Orphan: false } && !state.Frameworks.Completed.Contains(frameworkId)
            ? frameworkId
            : null;

    /// <summary>After a failover of the master agents may come back before the frameworks: those get their time.</summary>
    private bool MayBeAdopted(Agent agent, MasterOperation operation) =>
        operation is { Id: not null, FrameworkId: { } frameworkId, Orphan: true }
        && !state.Frameworks.Completed.Contains(frameworkId)
        && agent.ReregisteredTime is { } since
        && context.Now - since < AdoptionWait;

    private void Ignore(UPid from, UpdateOperationStatusMessage message, string reason)
    {
        context.Metrics.InvalidOperationStatusUpdates.Increment();
        context.Logger.OperationUpdateIgnored(message.Status.OperationId?.Value ?? string.Empty, message.SlaveId?.Value ?? string.Empty, from, reason);
    }
}
