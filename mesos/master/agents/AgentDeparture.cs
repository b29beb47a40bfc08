using Mesos.Common.Protobuf;
using Mesos.Master.Allocator;
using Mesos.Master.Offers;
using Mesos.Master.Operations;
using Mesos.Master.State;
using Mesos.Master.Tasks;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Agents;

/// <summary>Why an agent leaves, in terms of its tasks.</summary>
/// <param name="OutcomeFor">The state its tasks get and the reason in their updates, for a framework with these capabilities.</param>
/// <param name="Message">The text in their updates.</param>
/// <param name="UnreachableSince">Set where the tasks may come back.</param>
internal sealed record DepartureReason(
    Func<FrameworkCapabilities, (TaskState State, TaskStatus.Types.Reason Reason)> OutcomeFor,
    string Message,
    TimeInfo? UnreachableSince);

/// <summary>
/// Takes a registered agent out: its tasks end or become unreachable, its offers are taken back, its frameworks are told. In
/// this order: updates, rescinds, the loss of the agent.
/// </summary>
/// <remarks>Upstream: <c>Master::_removeSlave</c>, <c>__removeSlave</c>, <c>sendSlaveLost</c> in src/master/master.cpp.</remarks>
internal sealed class AgentDeparture(
    IMasterContext context,
    MasterState state,
    IAllocator allocator,
    OfferBook book,
    TaskTransitions transitions,
    StatusForwarding forwarding,
    OperationDeparture operations,
    InverseOffers inverseOffers)
{
    /// <param name="agent">The registry knows of it already.</param>
    /// <param name="reason">Why.</param>
    public void Depart(Agent agent, DepartureReason reason)
    {
        operations.Tell(agent, reason);
        allocator.RemoveAgent(agent.Id);
        foreach (MasterTask task in agent.Tasks.Values.SelectMany(tasks => tasks.Values).ToArray())
        {
            EndTask(task, reason);
        }

        foreach ((string frameworkId, string executorId) in agent.Executors
            .SelectMany(entry => entry.Value.Keys.Select(id => (entry.Key, id)))
            .ToArray())
        {
            transitions.RemoveExecutor(agent, frameworkId, executorId);
        }

        book.RescindAll(agent.Offers);
        inverseOffers.Forget(agent);
        operations.Remove(agent, reason);
        agent.ReregistrationTimer?.Dispose();
        agent.Observer?.Terminate();
        state.Agents.Remove(agent);
        SendLost(agent.Id);
    }

    /// <summary>Tells every connected framework that an agent is lost.</summary>
    public void SendLost(string agentId)
    {
        foreach (Framework framework in state.Frameworks.Registered.Where(framework => framework.Connected))
        {
            context.Send(framework, new LostSlaveMessage { SlaveId = new SlaveID { Value = agentId } });
        }
    }

    private void EndTask(MasterTask task, DepartureReason reason)
    {
        Framework? framework = state.Frameworks.Find(task.FrameworkId);

        // A framework nobody knows any more is told nothing; its task is kept as a partition-aware one's.
        (TaskState taskState, TaskStatus.Types.Reason taskReason) = reason.OutcomeFor(framework?.Capabilities ?? default);
        StatusUpdate update = StatusUpdateBuilder.Create(context.Now, task, taskState, taskReason, reason.Message);
        update.Status.UnreachableTime = reason.UnreachableSince?.Clone();
        transitions.Update(task, update);
        transitions.Remove(task, unreachable: reason.UnreachableSince is not null);
        if (framework is not null)
        {
            forwarding.ForwardIfConnected(framework, update);
        }
    }
}
