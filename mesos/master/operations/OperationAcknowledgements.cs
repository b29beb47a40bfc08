using Mesos.Common.Protobuf;
using Mesos.Master.Agents;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Operations;

/// <summary>Acknowledgements of operation status updates, on their way from the scheduler to the agent. An operation whose end is acknowledged is forgotten.</summary>
/// <remarks>Upstream: <c>Master::acknowledgeOperationStatus</c> in src/master/master.cpp.</remarks>
internal sealed class OperationAcknowledgements(IMasterContext context, MasterState state, OperationLifecycle lifecycle, Draining draining)
{
    /// <param name="framework">Who acknowledges.</param>
    /// <param name="call">Its uuid and agent have been checked.</param>
    public void Acknowledge(Framework framework, Call.Types.AcknowledgeOperationStatus call)
    {
        context.Metrics.MessagesOperationStatusAcknowledgement.Increment();
        Agent? agent = state.Agents.Find(call.SlaveId.Value);
        MasterOperation? operation = framework.Operations.Find(call.OperationId.Value);
        OperationStatus? status = operation?.Info.Statuses.FirstOrDefault(status => status.Uuid?.Value == call.Uuid);
        string? problem =
            agent is null ? "the agent is not registered"
            : !agent.Connected ? "the agent is disconnected"
            : call.ResourceProviderId is not null && !agent.Capabilities.ResourceProvider ? "the agent has no resource providers"
            : call.ResourceProviderId is null && !agent.Capabilities.AgentOperationFeedback ?
                "the agent gives no feedback on operations on its own resources"
            : operation is null ? "the operation is unknown"
            : operation.AgentId != agent.Id ? "the operation is on another agent"
            : status is null ? "the status is unknown"
            : null;
        if (problem is not null)
        {
            context.Metrics.InvalidOperationStatusAcknowledgements.Increment();
            context.Logger.OperationAcknowledgementIgnored(call.OperationId.Value, framework.Id, call.SlaveId.Value, problem);
            return;
        }

        if (status!.State.IsTerminal())
        {
            lifecycle.Remove(agent!, operation!);
        }

        context.Send(agent!.Pid, new AcknowledgeOperationStatusMessage
        {
            StatusUuid = new UUID { Value = call.Uuid },
            OperationUuid = operation!.Info.Uuid.Clone(),
            ResourceProviderId = call.ResourceProviderId,
        });
        context.Metrics.ValidOperationStatusAcknowledgements.Increment();
        draining.Check(agent);
    }
}
