using Mesos.Master.Registrar;
using Mesos.Master.Registrar.Operations;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Agents;

/// <summary>Agents that are to be emptied: they kill what runs, get nothing new, and in the end are drained, or gone where that was asked for.</summary>
/// <remarks>Upstream: DRAIN_AGENT in src/master/http.cpp, <c>Master::checkAndTransitionDrainingAgent</c> in src/master/master.cpp.</remarks>
internal sealed class Draining(IMasterContext context, MasterState state, IRegistrar registrar, AgentActivation activation, Gone gone)
{
    private readonly HashSet<string> finishing = new(StringComparer.Ordinal);

    /// <summary>An operator wants an agent to be emptied, wherever it is.</summary>
    /// <param name="agentId">The agent.</param>
    /// <param name="config">How long tasks may take to end, and whether the agent is gone afterwards.</param>
    public async Task<OperatorAnswer> DrainAsync(string agentId, DrainConfig config)
    {
        Agent? known = state.Agents.Find(agentId);
        string? problem =
            !state.Agents.IsKnown(agentId) ? "Unknown agent"
            : known is not null && state.Machines.TryGet(known.Machine, out MachineInfo? machine)
                ? $"Agent {agentId} is part of a maintenance schedule under Machine {machine.Id.Hostname} ({machine.Id.Ip})"
            : known is { Capabilities.AgentDraining: false } ? $"Agent {agentId} is not capable of draining"
            : config.MaxGracePeriod is { Nanoseconds: < 0 } ? "Value of 'max_grace_period' must be non-negative"
            : null;
        if (problem is not null)
        {
            return new OperatorAnswer(OperatorResult.Invalid, problem);
        }

        if (state.Agents.MarkingGone.Contains(agentId))
        {
            return new OperatorAnswer(OperatorResult.Conflict, "Agent is currently being marked gone");
        }

        RegistryAnswer answer = await registrar.WriteAsync(context, new DrainAgent(agentId, config), "drain an agent");
        if (!answer.Applied)
        {
            return OperatorAnswer.NotStored(answer.Refusal);
        }

        state.Agents.Draining[agentId] = new DrainInfo { State = DrainState.Draining, Config = config.Clone() };
        state.Agents.Deactivated.Add(agentId);
        context.Logger.Drains(agentId);
        if (state.Agents.Find(agentId) is { } agent)
        {
            activation.Deactivate(agent);
            agent.DrainStarted = context.Now;
            Tell(agent);
            Check(agent);
        }

        return OperatorAnswer.Done;
    }

    /// <summary>Tells an agent that came back that it drains, or has drained: it may have missed it.</summary>
    /// <returns>Whether it drains.</returns>
    public bool Tell(Agent agent)
    {
        if (!state.Agents.Draining.TryGetValue(agent.Id, out DrainInfo? drain))
        {
            return false;
        }

        context.Send(agent.Pid, new DrainSlaveMessage { Config = drain.Config.Clone() });
        return true;
    }

    /// <summary>Where nothing is left on an agent that drains, it has drained.</summary>
    public void Check(Agent agent)
    {
        if (agent.IsIdle
            && state.Agents.Draining.TryGetValue(agent.Id, out DrainInfo? drain)
            && drain.State == DrainState.Draining
            && !state.Agents.MarkingGone.Contains(agent.Id)
            && finishing.Add(agent.Id))
        {
            context.Run(() => FinishAsync(agent.Id, drain.Config), nameof(Check));
        }
    }

    private async Task FinishAsync(string agentId, DrainConfig config)
    {
        try
        {
            if (config.MarkGone)
            {
                if (await gone.MarkAsync(agentId) is { Result: not OperatorResult.Done } refused)
                {
                    context.Logger.NotMarkedGone(agentId, refused.Message);
                }

                return;
            }

            RegistryAnswer answer = await registrar.WriteAsync(context, new MarkAgentDrained(agentId), "record that an agent has drained");

            // It may have left while the registry was written.
            if (answer.Applied && state.Agents.Draining.ContainsKey(agentId))
            {
                state.Agents.Draining[agentId] = new DrainInfo { State = DrainState.Drained, Config = config.Clone() };
                context.Logger.Drained(agentId);
            }
        }
        finally
        {
            finishing.Remove(agentId);
        }
    }
}
