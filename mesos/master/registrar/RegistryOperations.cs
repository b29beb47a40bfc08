using Mesos.Proto;

namespace Mesos.Master.Registrar;

/// <summary>One change of the registry. Operations of a batch are performed in order, then stored together.</summary>
/// <remarks>Upstream: src/master/registry_operations.cpp.</remarks>
internal abstract class RegistryOperation
{
    /// <summary>Performs the change.</summary>
    /// <returns>Null, or why it does not apply; the registry is then unchanged.</returns>
    public abstract string? Perform(RegistryState registry);
}

/// <summary>Lets a new agent in.</summary>
internal sealed class AdmitAgent(SlaveInfo info) : RegistryOperation
{
    public override string? Perform(RegistryState registry) =>
        registry.Agents.TryAdd(info.Id.Value, info) ? null : "Agent already admitted";
}

/// <summary>Takes over the changed description of a known agent.</summary>
internal sealed class UpdateAgent(SlaveInfo info) : RegistryOperation
{
    public override string? Perform(RegistryState registry)
    {
        if (!registry.Agents.ContainsKey(info.Id.Value))
        {
            return "Agent not yet admitted";
        }

        registry.Agents[info.Id.Value] = info;
        return null;
    }
}

/// <summary>Records that an agent cannot be reached.</summary>
internal sealed class MarkAgentUnreachable(string id, TimeInfo since) : RegistryOperation
{
    public override string? Perform(RegistryState registry)
    {
        if (!registry.Agents.Remove(id))
        {
            return "Agent not yet admitted";
        }

        registry.Unreachable[id] = since;
        return null;
    }
}

/// <summary>Lets an agent back in that was unreachable, or that the registry does not know.</summary>
internal sealed class MarkAgentReachable(SlaveInfo info) : RegistryOperation
{
    public override string? Perform(RegistryState registry)
    {
        registry.Unreachable.Remove(info.Id.Value);
        registry.Agents[info.Id.Value] = info;
        return null;
    }
}

/// <summary>Forgets an agent that left.</summary>
internal sealed class RemoveAgent(string id) : RegistryOperation
{
    public override string? Perform(RegistryState registry) =>
        registry.Agents.Remove(id) ? null : "Agent not yet admitted";
}
