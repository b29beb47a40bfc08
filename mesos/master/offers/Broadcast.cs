using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.Allocator;
using Mesos.Master.Leadership;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Offers;

/// <summary>Turns what the allocator decided into offers: one per agent and role, all for a framework in one message.</summary>
/// <remarks>Upstream: <c>Master::offer</c> in src/master/master.cpp.</remarks>
internal sealed class Broadcast(IMasterContext context, MasterState state, IAllocator allocator, OfferBook book, MasterIds ids)
{
    private const string EphemeralPorts = "ephemeral_ports";

    public void OnAllocated(string frameworkId, IReadOnlyDictionary<string, Dictionary<string, Resources>> resources)
    {
        Framework? framework = state.Frameworks.Find(frameworkId);
        var message = new ResourceOffersMessage();
        foreach ((string role, Dictionary<string, Resources> byAgent) in resources)
        {
            foreach ((string agentId, Resources offered) in byAgent)
            {
                // The allocator decided on what it knew; meanwhile one of the two may have gone.
                if (framework is not { Connected: true, Active: true } || state.Agents.Find(agentId) is not { Active: true } agent)
                {
                    context.Logger.AllocationReturned(frameworkId, agentId);
                    allocator.RecoverResources(frameworkId, agentId, offered, filters: null);
                    continue;
                }

                MasterOffer offer = Open(framework, agent, role, offered);
                message.Offers.Add(Describe(offer));
                message.Pids.Add(agent.Pid.ToString());
            }
        }

        if (message.Offers.Count > 0)
        {
            context.Logger.Offering(framework!.Id, message.Offers.Count);
            context.Send(framework, message);
        }
    }

    private MasterOffer Open(Framework framework, Agent agent, string role, Resources offered)
    {
        var offer = new MasterOffer(ids.NextOffer(), framework, agent, role, offered);
        state.Offers.Add(offer.Id, offer);
        framework.AddOffer(offer);
        agent.AddOffer(offer);
        if (context.Options.OfferTimeout is { } timeout)
        {
            offer.Timeout = context.Delay(timeout, () => OnTimeout(offer.Id), nameof(OnTimeout));
        }

        return offer;
    }

    private void OnTimeout(string offerId)
    {
        if (state.Offers.TryGetValue(offerId, out MasterOffer? offer))
        {
            book.Rescind(offer);
        }
    }

    /// <summary>The offer in the form its framework understands.</summary>
    private Offer Describe(MasterOffer offer)
    {
        SlaveInfo agent = offer.Agent.Info;
        FrameworkCapabilities capabilities = offer.Framework.Capabilities;
        var described = new Offer
        {
            Id = new OfferID { Value = offer.Id },
            FrameworkId = new FrameworkID { Value = offer.Framework.Id },
            SlaveId = new SlaveID { Value = offer.Agent.Id },
            Hostname = agent.Hostname,
            Url = AgentUrls.Create(offer.Agent.Pid, agent.Hostname),
            Domain = agent.Domain?.Clone(),
            Unavailability = state.Machines.TryGet(offer.Agent.Machine, out MachineInfo? machine) ? machine.Unavailability?.Clone() : null,
            AllocationInfo = new Resource.Types.AllocationInfo { Role = offer.Role },
        };
        described.Attributes.Add(agent.Attributes.Select(attribute => attribute.Clone()));
        if (offer.Agent.Executors.TryGetValue(offer.Framework.Id, out Dictionary<string, ExecutorInfo>? executors))
        {
            described.ExecutorIds.Add(executors.Keys.Select(id => new ExecutorID { Value = id }));
        }

        // What is not an amount comes first, as readers of offers have always seen it.
        described.Resources.Add(offer.Resources
            .Where(resource => resource.Name != EphemeralPorts)
            .OrderBy(resource => resource.Type == Value.Types.Type.Scalar)
            .Select(resource => resource.Clone()));
        if (!capabilities.MultiRole)
        {
            AllocationInfos.StripOffer(described);
        }

        if (!capabilities.ReservationRefinement)
        {
            ResourceFormat.TryDowngradeAll(described);
        }

        return described;
    }
}
