using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Master.Allocator;
using Mesos.Master.Offers;
using Mesos.Master.State;
using Mesos.Proto.Internal;

namespace Mesos.Master.Agents;

/// <summary>What registered agents report of their resources: those they can spare for a while, and those of their providers.</summary>
/// <remarks>
/// Upstream: <c>Master::updateSlave</c> in src/master/master.cpp, which does not look at the sender, and ends where a provider has
/// no id; here such reports are dropped.
/// </remarks>
internal sealed class AgentUpdate(IMasterContext context, MasterState state, IAllocator allocator, OfferBook book, Draining draining)
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

        if (message.ResourceVersionUuid is { } version)
        {
            agent!.ResourceVersion = version;
        }

        if (message.ResourceProviders is { } providers)
        {
            agent!.Providers =
            [
                .. providers.Providers.Select(provider => new AgentProvider(
                    provider.Info,
                    Resources.From(provider.TotalResources),
                    provider.ResourceVersionUuid,
                    [.. provider.Operations?.Operations_ ?? []])),
            ];
        }

        if (message.Operations is { } operations)
        {
            agent!.ReportedOperations = [.. operations.Operations_];
        }

        // Older agents say nothing and mean that they report oversubscribed resources.
        Resources oversubscribed = !message.HasUpdateOversubscribedResources || message.UpdateOversubscribedResources
            ? Resources.From(message.OversubscribedResources).Revocable()
            : agent!.OversubscribedResources;
        Apply(agent!, oversubscribed);

        // What is under way on an agent with resource providers is known from here on.
        draining.Check(agent!);
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

    private void Apply(Agent agent, Resources oversubscribed)
    {
        Resources before = agent.TotalResources;
        agent.TotalResources = agent.Providers.Aggregate(
            before.Where(static resource => resource.ProviderId is null).NonRevocable() + oversubscribed,
            static (sum, provider) => sum + provider.Total);
        bool rescind = agent.OversubscribedResources != oversubscribed;
        agent.OversubscribedResources = oversubscribed;
        if (agent.TotalResources == before)
        {
            return;
        }

        context.Logger.AgentUpdated(agent.Id, agent.TotalResources);
        allocator.UpdateAgent(agent.Id, agent.Capabilities, agent.TotalResources);
        if (rescind)
        {
            book.RescindAll(agent.Offers.Where(offer => !offer.Resources.Revocable().IsEmpty));
        }

        // An offer of what a provider no longer has could not be accepted.
        book.RescindAll(agent.Offers.Where(offer => !agent.TotalResources.Contains(offer.Resources.Unallocate())));
    }
}
