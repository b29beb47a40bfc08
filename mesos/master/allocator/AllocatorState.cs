using System.Diagnostics.CodeAnalysis;
using Mesos.Common;

namespace Mesos.Master.Allocator;

/// <summary>Agents, frameworks and shares, kept consistent with each other.</summary>
internal sealed class AllocatorState
{
    private readonly Dictionary<string, Quantities> byRole = new(StringComparer.Ordinal);

    /// <summary>In order of arrival, which is the order of an allocation pass.</summary>
    public OrderedDictionary<string, AgentLedger> Agents { get; } = new(StringComparer.Ordinal);

    public OrderedDictionary<string, FrameworkLedger> Frameworks { get; } = new(StringComparer.Ordinal);

    /// <summary>All scalar resources of all agents.</summary>
    public Quantities Cluster { get; } = new();

    public Quantities AllocatedIn(string role)
    {
        if (!byRole.TryGetValue(role, out Quantities? quantities))
        {
            byRole[role] = quantities = new Quantities();
        }

        return quantities;
    }

    public bool TryFind(string agentId, [NotNullWhen(true)] out AgentLedger? agent) => Agents.TryGetValue(agentId, out agent);

    public void AddAgent(string id, AgentLedger agent)
    {
        if (Agents.TryAdd(id, agent))
        {
            Cluster.Add(agent.Total);
        }
    }

    public void RemoveAgent(string id)
    {
        if (Agents.Remove(id, out AgentLedger? agent))
        {
            Cluster.Subtract(agent.Total);
            foreach (FrameworkLedger framework in Frameworks.Values)
            {
                framework.Filters.ForgetAgent(id);
            }
        }
    }

    public void RemoveFramework(string id)
    {
        if (Frameworks.Remove(id, out FrameworkLedger? framework))
        {
            // What has not been given back yet no longer counts for its roles.
            foreach ((string role, Quantities quantities) in framework.Allocated)
            {
                AllocatedIn(role).Subtract(quantities);
            }
        }
    }

    /// <param name="frameworkId">The framework; its part in the shares is left out where it is not known yet.</param>
    /// <param name="agentId">The agent; left out where it is gone already.</param>
    /// <param name="resources">In allocated form.</param>
    public void Allocate(string frameworkId, string agentId, Resources resources)
    {
        if (TryFind(agentId, out AgentLedger? agent))
        {
            agent.Allocate(resources.Unallocate());
        }

        Charge(frameworkId, resources);
    }

    /// <summary>Counts resources that are in use on an agent into the shares of a framework.</summary>
    public void Charge(string frameworkId, Resources resources)
    {
        if (Frameworks.TryGetValue(frameworkId, out FrameworkLedger? framework))
        {
            foreach ((string role, Resources inRole) in resources.AllocationsByRole())
            {
                framework.AllocatedIn(role).Add(inRole);
                AllocatedIn(role).Add(inRole);
            }
        }
    }

    public void Recover(string frameworkId, string agentId, Resources resources)
    {
        if (TryFind(agentId, out AgentLedger? agent))
        {
            agent.Recover(resources.Unallocate());
        }

        if (Frameworks.TryGetValue(frameworkId, out FrameworkLedger? framework))
        {
            foreach ((string role, Resources inRole) in resources.AllocationsByRole())
            {
                framework.AllocatedIn(role).Subtract(inRole);
                AllocatedIn(role).Subtract(inRole);
            }
        }
    }

    /// <summary>An operation made one thing of another: what the framework holds and what the agent has.</summary>
    /// <param name="frameworkId">Who holds it.</param>
    /// <param name="agentId">The agent.</param>
    /// <param name="conversion">In allocated form.</param>
    public void Convert(string frameworkId, string agentId, ResourceConversion conversion)
    {
        Recover(frameworkId, agentId, conversion.Consumed);
        ConvertTotal(agentId, [new ResourceConversion(conversion.Consumed.Unallocate(), conversion.Converted.Unallocate())]);
        Allocate(frameworkId, agentId, conversion.Converted);
    }

    /// <param name="agentId">The agent.</param>
    /// <param name="conversions">In unallocated form.</param>
    public void ConvertTotal(string agentId, IEnumerable<ResourceConversion> conversions)
    {
        if (TryFind(agentId, out AgentLedger? agent) && agent.Total.TryApply(conversions, out Resources? total, out _))
        {
            Cluster.Subtract(agent.Total);
            agent.Update(agent.Capabilities, total);
            Cluster.Add(total);
        }
    }
}
