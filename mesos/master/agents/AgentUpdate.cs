using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Master.Allocator;
using Mesos.Master.Offers;
using Mesos.Master.State;
using Mesos.Proto.Internal;

namespace Mesos.Master.Agents;

/// <summary>What registered agents report of their resources.</summary>
/// <remarks>Upstream: <c>Master::updateSlave</c> in src/master/master.cpp. Resource providers and operations are not built: they are logged and left out.</remarks>
internal sealed class AgentUpdate(IMasterContext context, MasterState state, IAllocator allocator, OfferBook book)
{
    public void OnUpdate(UPid from, UpdateSlaveMessage message)
    {
        context.Metrics.MessagesUpdateAgent.Increment();
        Agent? agent = state.Agents.Find(message.SlaveId.Value);
        string? problem =
            agent is null ? "the agent is not registered"
            : agent.Pid != from ? "it does not come from the agent"
            : ResourceRules.Validate(message.OversubscribedResources) is { } invalid ? invalid
            : null;
        if (problem is not null)
        {
            context.Logger.AgentMessageIgnored(message.SlaveId.Value, from, problem);
            return;
        }

        if (message.ResourceProviders?.Providers.Count > 0 || message.Operations?.Operations_.Count > 0)
        {
            context.Logger.ResourceProvidersIgnored(agent!.Id);
        }

        if (message.ResourceVersionUuid is { } version)
        {
            agent!.ResourceVersion = version;
        }

        // Older agents say nothing and mean that they report oversubscribed resources.
        if (!message.HasUpdateOversubscribedResources || message.UpdateOversubscribedResources)
        {
            ResourceFormat.UpgradeAll(message);
            Oversubscribe(agent!, Resources.From(message.OversubscribedResources).Revocable());
        }
    }

    private void Oversubscribe(Agent agent, Resources oversubscribed)
    {
        if (agent.OversubscribedResources == oversubscribed)
        {
            return;
        }

        agent.TotalResources = agent.TotalResources.NonRevocable() + oversubscribed;
        agent.OversubscribedResources = oversubscribed;
        context.Logger.AgentUpdated(agent.Id, agent.TotalResources);
        allocator.UpdateAgent(agent.Id, agent.Capabilities, agent.TotalResources);
        book.RescindAll(agent.Offers.Where(offer => !offer.Resources.Revocable().IsEmpty));
    }
}
