using Mesos.Common.Protobuf;
using Mesos.Master.Registrar;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Agents;

/// <summary>Agents that do not answer: recorded first, then taken out. They are not told, and may come back.</summary>
/// <remarks>Upstream: <c>Master::markUnreachable</c> in src/master/master.cpp.</remarks>
internal sealed class Unreachable(IMasterContext context, MasterState state, IRegistrar registrar, AgentDeparture departure)
{
    /// <summary>Marks a registered agent unreachable, unless something else is happening to it.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="reason">What its frameworks are told.</param>
    public async Task MarkAsync(string agentId, string reason)
    {
        AgentTable agents = state.Agents;
        if (agents.Find(agentId) is null || agents.Reregistering.Contains(agentId) || agents.Removing.Contains(agentId)
            || !agents.MarkingUnreachable.Add(agentId))
        {
            context.Logger.RemovalIgnored(agentId, "it is gone, coming back, or already being removed");
            return;
        }

        TimeInfo now = context.Now.ToTimeInfo();
        try
        {
            if (await registrar.ApplyAsync(new MarkAgentUnreachable(agentId, now)) is { } refusal)
            {
                context.Logger.RemovalIgnored(agentId, refusal);
            }
        }
        catch (IOException exception)
        {
            context.Fail("mark an agent unreachable", exception);
            return;
        }
        finally
        {
            agents.MarkingUnreachable.Remove(agentId);
        }

        if (agents.Find(agentId) is not { } agent)
        {
            return;
        }

        agents.Unreachable[agentId] = now;
        context.Metrics.AgentRemovals.Increment();
        context.Metrics.AgentRemovalsUnhealthy.Increment();
        context.Logger.MarkedUnreachable(agentId, reason);
        departure.Depart(agent, new DepartureReason(
            capabilities => TaskState.TaskUnreachable.For(capabilities),
            TaskStatus.Types.Reason.SlaveRemoved,
            reason,
            now));
    }
}
