using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Registrar.Operations;

/// <summary>Lets a new agent in.</summary>
/// <remarks>Upstream for all of these: src/master/registry_operations.cpp.</remarks>
internal sealed class AdmitAgent(SlaveInfo info) : RegistryOperation
{
    public override OperationOutcome Perform(RegistryState registry) =>
        registry.Agents.TryAdd(info.Id.Value, new Registry.Types.Slave { Info = AgentDescriptions.ToStored(info) })
            ? OperationOutcome.Changed
            : OperationOutcome.Refused("Agent already admitted");
}

/// <summary>Takes over the changed description of a known agent.</summary>
internal sealed class UpdateAgent(SlaveInfo info) : RegistryOperation
{
    public override OperationOutcome Perform(RegistryState registry)
    {
        if (!registry.Agents.TryGetValue(info.Id.Value, out Registry.Types.Slave? agent))
        {
            return OperationOutcome.Refused("Agent not yet admitted");
        }

        SlaveInfo stored = AgentDescriptions.ToStored(info);
        if (agent.Info.Equals(stored))
        {
            return OperationOutcome.Unchanged;
        }

        agent.Info = stored;
        return OperationOutcome.Changed;
    }
}

/// <summary>Records that an agent cannot be reached. That it drains or is deactivated stays known.</summary>
internal sealed class MarkAgentUnreachable(string id, TimeInfo since) : RegistryOperation
{
    public override OperationOutcome Perform(RegistryState registry)
    {
        if (!registry.Agents.Remove(id, out Registry.Types.Slave? agent))
        {
            return OperationOutcome.Refused("Agent not yet admitted");
        }

        registry.Unreachable[id] = new Registry.Types.UnreachableSlave
        {
            Id = new SlaveID { Value = id },
            Timestamp = since,
            DrainInfo = agent.DrainInfo,
            Deactivated = agent.Deactivated,
        };
        return OperationOutcome.Changed;
    }
}

/// <summary>Lets an agent back in that was unreachable, or that the registry does not know any more.</summary>
internal sealed class MarkAgentReachable(SlaveInfo info) : RegistryOperation
{
    public override OperationOutcome Perform(RegistryState registry)
    {
        string id = info.Id.Value;
        if (registry.Agents.ContainsKey(id))
        {
            return OperationOutcome.Unchanged;
        }

        if (registry.Gone.ContainsKey(id))
        {
            return OperationOutcome.Refused("Agent has been marked gone");
        }

        var agent = new Registry.Types.Slave { Info = AgentDescriptions.ToStored(info) };
        if (registry.Unreachable.Remove(id, out Registry.Types.UnreachableSlave? unreachable))
        {
            agent.DrainInfo = unreachable.DrainInfo;
            agent.Deactivated = unreachable.Deactivated;
        }

        registry.Agents.Add(id, agent);
        return OperationOutcome.Changed;
    }
}

/// <summary>Forgets an agent that left.</summary>
internal sealed class RemoveAgent(string id) : RegistryOperation
{
    public override OperationOutcome Perform(RegistryState registry) =>
        registry.Agents.Remove(id) ? OperationOutcome.Changed : OperationOutcome.Refused("Agent not yet admitted");
}

/// <summary>Gives an agent up for good, whether it can be reached or not.</summary>
internal sealed class MarkAgentGone(string id, TimeInfo since) : RegistryOperation
{
    public override OperationOutcome Perform(RegistryState registry)
    {
        if (registry.Gone.ContainsKey(id))
        {
            return OperationOutcome.Refused($"Agent {id} already marked as gone");
        }

        if (!registry.Agents.Remove(id) && !registry.Unreachable.Remove(id))
        {
            return OperationOutcome.Refused($"Failed to find agent {id}");
        }

        registry.Gone.Add(id, new Registry.Types.GoneSlave { Id = new SlaveID { Value = id }, Timestamp = since });
        return OperationOutcome.Changed;
    }
}

/// <summary>Forgets agents that were unreachable or gone for long. Those that are neither any more are passed over.</summary>
internal sealed class PruneAgents(IReadOnlyCollection<string> unreachable, IReadOnlyCollection<string> gone) : RegistryOperation
{
    public override OperationOutcome Perform(RegistryState registry)
    {
        int removed = unreachable.Count(id => registry.Unreachable.Remove(id)) + gone.Count(id => registry.Gone.Remove(id));
        return removed > 0 ? OperationOutcome.Changed : OperationOutcome.Unchanged;
    }
}
