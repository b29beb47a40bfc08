using Mesos.Master.Allocator;
using Mesos.Master.Offers;
using Mesos.Master.Registrar;
using Mesos.Master.Registrar.Operations;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Agents;

/// <summary>Whether the resources of agents are offered: not while they are disconnected, and not while an operator does not want it.</summary>
/// <remarks>Upstream: <c>Master::deactivate</c> in src/master/master.cpp, DEACTIVATE_AGENT and REACTIVATE_AGENT in src/master/http.cpp.</remarks>
internal sealed class AgentActivation(IMasterContext context, MasterState state, IAllocator allocator, OfferBook book, IRegistrar registrar)
{
    /// <summary>Stops offers of an agent and takes back those that are out.</summary>
    public void Deactivate(Agent agent)
    {
        agent.Active = false;
        allocator.DeactivateAgent(agent.Id);
        book.RescindAll(agent.Offers);
    }

    /// <summary>Offers an agent again, unless an operator does not want it.</summary>
    public void Activate(Agent agent)
    {
        if (!agent.Active && !state.Agents.Deactivated.Contains(agent.Id))
        {
            agent.Active = true;
            allocator.ActivateAgent(agent.Id);
            context.Logger.Reactivated(agent.Id);
        }
    }

    /// <summary>An operator takes an agent out of offers; what runs there goes on.</summary>
    public async Task<OperatorAnswer> DeactivateAsync(string agentId)
    {
        if (!state.Agents.IsKnown(agentId))
        {
            return new OperatorAnswer(OperatorResult.Invalid, "Unknown agent");
        }

        RegistryAnswer answer = await registrar.WriteAsync(context, new DeactivateAgent(agentId), "deactivate an agent");
        if (!answer.Applied)
        {
            return OperatorAnswer.NotStored(answer.Refusal);
        }

        state.Agents.Deactivated.Add(agentId);
        context.Logger.Deactivated(agentId);
        if (state.Agents.Find(agentId) is { } agent)
        {
            Deactivate(agent);
        }

        return OperatorAnswer.Done;
    }

    /// <summary>An operator wants an agent to be offered again that was deactivated or has drained.</summary>
    public async Task<OperatorAnswer> ReactivateAsync(string agentId)
    {
        if (!state.Agents.Deactivated.Contains(agentId))
        {
            return new OperatorAnswer(OperatorResult.Invalid, "Agent is not deactivated");
        }

        if (state.Agents.Draining.TryGetValue(agentId, out DrainInfo? drain) && drain.State == DrainState.Draining)
        {
            return new OperatorAnswer(OperatorResult.Invalid, "Agent is still in the DRAINING state");
        }

        RegistryAnswer answer = await registrar.WriteAsync(context, new ReactivateAgent(agentId), "reactivate an agent");
        if (!answer.Applied)
        {
            return OperatorAnswer.NotStored(answer.Refusal);
        }

        state.Agents.Draining.Remove(agentId);
        state.Agents.Deactivated.Remove(agentId);
        if (state.Agents.Find(agentId) is not { } agent)
        {
            return new OperatorAnswer(OperatorResult.Conflict, "Agent removed while processing the call");
        }

        agent.DrainStarted = null;
        if (agent.Connected)
        {
            Activate(agent);
        }

        return OperatorAnswer.Done;
    }
}
