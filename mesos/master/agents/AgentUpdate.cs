using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Master.Allocator;
using Mesos.Master.Offers;
using Mesos.Master.Operations;
using Mesos.Master.State;
using Mesos.Proto.Internal;

namespace Mesos.Master.Agents;

/// <summary>What registered agents report of their resources: those they can spare for a while, and those of their providers.</summary>
/// <remarks>
/// Upstream: <c>Master::updateSlave</c> in src/master/master.cpp, which does not look at the sender, and ends where a provider has
/// no id; here such reports are dropped.
/// </remarks>
internal sealed class AgentUpdate(IMasterContext context, MasterState state, IAllocator allocator, OfferBook book, Draining draining, AgentReport report)
{
    public void OnUpdate(UPid from, UpdateSlaveMessage message)
    {
        context.Metrics.MessagesUpdateAgent.Increment();
        ResourceFormat.UpgradeAll(message);
        Agent? agent = state.Agents.Find(message.SlaveId.Value);
        string? problem =
            agent is null ? "the agent is not registered"
            : agent.Pid != from ? "it does not come from the agent"
            : Validate(message);
        if (problem is not null)
        {
            context.Logger.AgentMessageIgnored(message.SlaveId.Value, from, problem);
            return;
        }

        agent!.OwesReport = false;
        if (message.ResourceVersionUuid is { } version)
        {
            agent.ResourceVersion = version;
        }

        // Older agents say nothing and mean that they report oversubscribed resources.
        bool oversubscribes = !message.HasUpdateOversubscribedResources || message.UpdateOversubscribedResources;
        bool changed = oversubscribes && Oversubscribe(agent, Resources.From(message.OversubscribedResources).Revocable());
        bool providersChanged = report.Take(agent, message);
        if (changed || providersChanged)
        {
            Announce(agent, changed);
        }

        // What is under way on an agent with resource providers is known from here on.
        draining.Check(agent);
    }

    private static string? Validate(UpdateSlaveMessage message)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        return ResourceRules.Validate(message.OversubscribedResources)
            ?? (message.ResourceProviders?.Providers ?? []).Select(provider => Validate(provider, ids)).FirstOrDefault(error => error is not null);
    }

    private static string? Validate(UpdateSlaveMessage.Types.ResourceProvider provider, HashSet<string> ids)
    {
        string id = provider.Info.Id?.Value ?? string.Empty;
        return id.Length == 0 ? "a resource provider has no id"
            : !ids.Add(id) ? $"resource provider '{id}' is there twice"
            : ResourceRules.Validate(provider.TotalResources) is { } invalid ? $"resource provider '{id}': {invalid}"
            : provider.TotalResources.Any(resource => resource.ProviderId?.Value != id)
                ? $"resource provider '{id}' reports resources that are not its own"
            : null;
    }

    private static bool Oversubscribe(Agent agent, Resources oversubscribed)
    {
        if (agent.OversubscribedResources == oversubscribed)
        {
            return false;
        }

        agent.TotalResources = agent.TotalResources - agent.OversubscribedResources + oversubscribed;
        agent.OversubscribedResources = oversubscribed;
        return true;
    }

    private void Announce(Agent agent, bool oversubscriptionChanged)
    {
        context.Logger.AgentUpdated(agent.Id, agent.TotalResources);
        allocator.UpdateAgent(agent.Id, agent.Capabilities, agent.TotalResources);
        if (oversubscriptionChanged)
        {
            book.RescindAll(agent.Offers.Where(offer => !offer.Resources.Revocable().IsEmpty));
        }

        // An offer of what a provider no longer has could not be accepted.
        book.RescindAll(agent.Offers.Where(offer => !agent.TotalResources.Contains(offer.Resources.Unallocate())));
    }
}
