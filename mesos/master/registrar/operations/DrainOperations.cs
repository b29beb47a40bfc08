using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Registrar.Operations;

/// <summary>Where the registry says that an agent drains or is deactivated: beside the agent, reachable or not.</summary>
internal readonly struct DrainEntry(Registry.Types.Slave? agent, Registry.Types.UnreachableSlave? unreachable)
{
    public bool Exists => agent is not null || unreachable is not null;

    public DrainInfo? Info => agent is not null ? agent.DrainInfo : unreachable?.DrainInfo;

    public bool Deactivated => agent is not null ? agent.Deactivated : unreachable?.Deactivated ?? false;

    public static DrainEntry Find(RegistryState registry, string id) =>
        new(registry.Agents.GetValueOrDefault(id), registry.Unreachable.GetValueOrDefault(id));

    public void Set(DrainInfo? info, bool deactivated)
    {
        if (agent is not null)
        {
            (agent.DrainInfo, agent.Deactivated) = (info, deactivated);
        }
        else if (unreachable is not null)
        {
            (unreachable.DrainInfo, unreachable.Deactivated) = (info, deactivated);
        }
    }
}

/// <summary>Begins to drain an agent, which deactivates it.</summary>
internal sealed class DrainAgent(string id, DrainConfig config) : RegistryOperation
{
    public override OperationOutcome Perform(RegistryState registry)
    {
        DrainEntry entry = DrainEntry.Find(registry, id);
        if (!entry.Exists)
        {
            return OperationOutcome.Refused($"Failed to find agent {id}");
        }

        entry.Set(new DrainInfo { State = DrainState.Draining, Config = config.Clone() }, deactivated: true);
        MinimumCapabilities.Add(registry.Rest, MasterInfo.Types.Capability.Types.Type.AgentDraining);
        return OperationOutcome.Changed;
    }
}

/// <summary>Nothing is left on an agent that drained.</summary>
internal sealed class MarkAgentDrained(string id) : RegistryOperation
{
    public override OperationOutcome Perform(RegistryState registry)
    {
        DrainEntry entry = DrainEntry.Find(registry, id);
        if (entry.Info is not { State: DrainState.Draining } info)
        {
            return OperationOutcome.Refused($"Agent {id} is not DRAINING");
        }

        entry.Set(new DrainInfo { State = DrainState.Drained, Config = info.Config }, entry.Deactivated);
        return OperationOutcome.Changed;
    }
}

/// <summary>Takes an agent out of offers.</summary>
internal sealed class DeactivateAgent(string id) : RegistryOperation
{
    public override OperationOutcome Perform(RegistryState registry)
    {
        DrainEntry entry = DrainEntry.Find(registry, id);
        if (!entry.Exists)
        {
            return OperationOutcome.Refused($"Failed to find agent {id}");
        }

        entry.Set(entry.Info, deactivated: true);
        MinimumCapabilities.Add(registry.Rest, MasterInfo.Types.Capability.Types.Type.AgentDraining);
        return OperationOutcome.Changed;
    }
}

/// <summary>Ends draining and deactivation. With the last such agent the registry can be read by older masters again.</summary>
internal sealed class ReactivateAgent(string id) : RegistryOperation
{
    public override OperationOutcome Perform(RegistryState registry)
    {
        DrainEntry entry = DrainEntry.Find(registry, id);
        if (!entry.Exists)
        {
            return OperationOutcome.Refused($"Failed to find agent {id}");
        }

        entry.Set(info: null, deactivated: false);
        if (!registry.Agents.Values.Any(agent => agent.Deactivated) && !registry.Unreachable.Values.Any(agent => agent.Deactivated))
        {
            MinimumCapabilities.Remove(registry.Rest, MasterInfo.Types.Capability.Types.Type.AgentDraining);
        }

        return OperationOutcome.Changed;
    }
}
