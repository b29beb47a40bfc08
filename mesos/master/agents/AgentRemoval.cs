using LibProcess.Addressing;
using LibProcess.Metrics;
using Mesos.Master.Registrar;
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
    public async Task RemoveAsync(Agent agent, string cause, Counter reason)
    {
        if (state.Agents.MarkingUnreachable.Contains(agent.Id) || !state.Agents.Removing.Add(agent.Id))
        {
            context.Logger.RemovalIgnored(agent.Id, "it is already being removed or marked unreachable");
            return;
        }

        try
        {
            if (await registrar.ApplyAsync(new RemoveAgent(agent.Id)) is { } refusal)
            {
                context.Logger.RemovalIgnored(agent.Id, refusal);
            }
        }
        catch (IOException exception)
        {
            context.Fail("remove an agent", exception);
            return;
        }
        finally
        {
            state.Agents.Removing.Remove(agent.Id);
        }

        if (!ReferenceEquals(state.Agents.Find(agent.Id), agent))
        {
            return;
        }

        context.Metrics.AgentRemovals.Increment();
        reason.Increment();
        context.Logger.Removed(agent.Id, cause);
        departure.Depart(agent, new DepartureReason(
            _ => TaskState.TaskLost,
            TaskStatus.Types.Reason.SlaveRemoved,
            $"Agent {agent.Info.Hostname} removed: {cause}",
            UnreachableSince: null));
    }
}
