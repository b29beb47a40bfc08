using Mesos.Master.Agents;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Operations;

/// <summary>What becomes of the operations of an agent that leaves: the frameworks are told once, and nothing is kept.</summary>
/// <remarks>Upstream: <c>__removeSlave</c> and <c>sendBulkOperationFeedback</c> in src/master/master.cpp.</remarks>
internal sealed class OperationDeparture(IMasterContext context, MasterState state, OperationLifecycle lifecycle, OperationForwarding forwarding)
{
    /// <summary>First of all: the frameworks hear it.</summary>
    public void Tell(Agent agent, DepartureReason reason)
    {
        if (EndOf(agent, reason) is { } end)
        {
            forwarding.TellAll(
                agent, end, end == OperationState.OperationUnreachable ? "Agent was marked unreachable" : "Agent has been marked gone");
        }
    }

    /// <summary>After the offers are gone: nothing is left of the operations.</summary>
    public void Remove(Agent agent, DepartureReason reason)
    {
        OperationState? end = EndOf(agent, reason);
        foreach (MasterOperation operation in agent.Operations.All.ToArray())
        {
            if (end is { } counted)
            {
                context.Metrics.Operations.Add(operation.Type, counted);
            }

            lifecycle.Remove(agent, operation);
        }
    }

    private OperationState? EndOf(Agent agent, DepartureReason reason) =>
        reason.UnreachableSince is not null ? OperationState.OperationUnreachable
        : state.Agents.Gone.ContainsKey(agent.Id) ? OperationState.OperationGoneByOperator
        : null;
}
