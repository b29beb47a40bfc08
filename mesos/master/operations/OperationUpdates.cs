using LibProcess.Addressing;
using Mesos.Common.Values;
using Mesos.Master.State;
using Mesos.Proto.Internal;
using Microsoft.Extensions.Logging;

namespace Mesos.Master.Operations;

/// <summary>
/// Status updates of operations. This master starts none, so those that arrive were started by another: what nobody waits for
/// is acknowledged, so that the agent stops repeating it; what a framework waits for is left for a master that knows it.
/// </summary>
/// <remarks>Upstream: <c>Master::updateOperationStatus</c> in src/master/master.cpp, which ends where the agent is not named.</remarks>
internal sealed partial class OperationUpdates(IMasterContext context, MasterState state)
{
    private readonly ILogger logger = context.Logger;

    public void OnUpdate(UPid from, UpdateOperationStatusMessage message)
    {
        context.Metrics.MessagesOperationStatusUpdate.Increment();
        Agent? agent = state.Agents.Find(message.SlaveId?.Value);
        string? problem =
            message.SlaveId is null ? "it does not name an agent"
            : agent is null ? "the agent is not registered"
            : agent.Pid != from ? "it does not come from the agent"
            : !UuidBytes.IsValid((message.OperationUuid?.Value ?? Google.Protobuf.ByteString.Empty).Span) ? "the uuid of the operation is not valid"
            : message.Status.OperationId is not null ? "the operation is unknown, and its framework waits for it"
            : null;
        if (problem is not null)
        {
            context.Metrics.InvalidOperationStatusUpdates.Increment();
            LogIgnored(message.SlaveId?.Value ?? string.Empty, from, problem);
            return;
        }

        context.Metrics.ValidOperationStatusUpdates.Increment();
        if (message.Status.Uuid is { } uuid && UuidBytes.IsValid(uuid.Value.Span))
        {
            context.Send(agent!.Pid, new AcknowledgeOperationStatusMessage
            {
                StatusUuid = uuid,
                OperationUuid = message.OperationUuid,
                ResourceProviderId = message.Status.ResourceProviderId,
            });
        }
    }

    [LoggerMessage(2601, LogLevel.Warning, "Ignored an operation status update for agent {Agent} from {From}: {Reason}")]
    private partial void LogIgnored(string agent, UPid from, string reason);
}
