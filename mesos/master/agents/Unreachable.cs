using Mesos.Common.Protobuf;
using Mesos.Master.Registrar;
using Mesos.Master.Registrar.Operations;
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
    /// <returns>Whether it is unreachable now because of this call.</returns>
    public async Task<bool> MarkAsync(string agentId, string reason)
    {
        if (state.Agents.Find(agentId) is null)
        {
            context.Logger.RemovalIgnored(agentId, "it has been removed or marked unreachable already");
            return false;
        }

        if (await RecordAsync(agentId) is not { } now || state.Agents.Find(agentId) is not { } agent)
        {
            return false;
        }

        Count(agentId, now, reason);
        departure.Depart(agent, new DepartureReason(
            capabilities => (TaskState.TaskUnreachable.For(capabilities), TaskStatus.Types.Reason.SlaveRemoved),
            reason,
            now));
        return true;
    }

    /// <summary>Marks an agent unreachable that an earlier master knew and that has not come back to this one. What it runs is not known.</summary>
    /// <returns>Whether it is unreachable now because of this call.</returns>
    public async Task<bool> MarkRecoveredAsync(string agentId)
    {
        if (!state.Agents.Recovered.ContainsKey(agentId))
        {
            context.Logger.RemovalIgnored(agentId, "it has come back");
            return false;
        }

        if (await RecordAsync(agentId) is not { } now || !state.Agents.Recovered.Remove(agentId))
        {
            return false;
        }

        Count(agentId, now, "it did not come back to this master");
        context.Metrics.RecoveryAgentRemovals.Increment();
        departure.SendLost(agentId);
        return true;
    }

    /// <returns>Since when it is unreachable; null where it is not.</returns>
    private async Task<TimeInfo?> RecordAsync(string agentId)
    {
        AgentTable agents = state.Agents;
        if (agents.Reregistering.Contains(agentId) || agents.Removing.Contains(agentId) || agents.MarkingGone.Contains(agentId)
            || !agents.MarkingUnreachable.Add(agentId))
        {
            context.Logger.RemovalIgnored(agentId, "it is coming back, or already being removed");
            return null;
        }

        TimeInfo now = context.Now.ToTimeInfo();
        RegistryAnswer answer = await registrar.WriteAsync(context, new MarkAgentUnreachable(agentId, now.Clone()), "mark an agent unreachable");
        agents.MarkingUnreachable.Remove(agentId);
        if (answer.Refusal is { } refusal)
        {
            context.Logger.RemovalIgnored(agentId, refusal);
        }

        return answer.Applied ? now : null;
    }

    private void Count(string agentId, TimeInfo now, string reason)
    {
        state.Agents.Unreachable[agentId] = now;
        context.Metrics.AgentRemovals.Increment();
        context.Metrics.AgentRemovalsUnhealthy.Increment();
        context.Logger.MarkedUnreachable(agentId, reason);
    }
}
