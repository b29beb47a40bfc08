using LibProcess.Addressing;
using LibProcess.Metrics;
using Mesos.Master.Registrar;
using Mesos.Master.Registrar.Operations;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Agents;

/// <summary>Agents that leave for good.</summary>
/// <remarks>Upstream: <c>Master::removeSlave</c>, <c>unregisterSlave</c> in src/master/master.cpp.</remarks>
internal sealed class AgentRemoval(IMasterContext context, MasterState state, IRegistrar registrar, AgentDeparture departure)
{
    public Task OnUnregisterAsync(UPid from, UnregisterSlaveMessage message)
    {
        context.Metrics.MessagesUnregisterAgent.Increment();
        Agent? agent = state.Agents.Find(message.SlaveId.Value);
        if (agent is null || agent.Pid != from)
        {
            context.Logger.AgentMessageIgnored(
                message.SlaveId.Value, from, agent is null ? "the agent is unknown" : "it does not come from the agent");
            return Task.CompletedTask;
        }

        return RemoveAsync(agent, "the agent unregistered", context.Metrics.AgentRemovalsUnregistered);
    }

    /// <summary>Removes an agent from the registry, then from the master.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="cause">Why, as its frameworks are told.</param>
    /// <param name="reason">Counts such removals; null where there is no such counter.</param>
    public async Task RemoveAsync(Agent agent, string cause, Counter? reason)
    {
        AgentTable agents = state.Agents;
        if (agents.MarkingUnreachable.Contains(agent.Id) || agents.MarkingGone.Contains(agent.Id) || !agents.Removing.Add(agent.Id))
        {
            context.Logger.RemovalIgnored(agent.Id, "it is already being removed, marked unreachable or marked gone");
            return;
        }

        RegistryAnswer answer = await registrar.WriteAsync(context, new RemoveAgent(agent.Id), "remove an agent");
        agents.Removing.Remove(agent.Id);
        if (!answer.Applied || !ReferenceEquals(agents.Find(agent.Id), agent))
        {
            context.Logger.RemovalIgnored(agent.Id, answer.Refusal ?? "it has been removed already");
            return;
        }

        agents.Draining.Remove(agent.Id);
        agents.Deactivated.Remove(agent.Id);

        context.Metrics.AgentRemovals.Increment();
        reason?.Increment();
        context.Logger.Removed(agent.Id, cause);
        departure.Depart(agent, new DepartureReason(
            _ => (TaskState.TaskLost, TaskStatus.Types.Reason.SlaveRemoved),
            $"Agent {agent.Info.Hostname} removed: {cause}",
            UnreachableSince: null));
    }
}
