using Mesos.Common.Protobuf;
using Mesos.Master.Leadership;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Allocator;
using Mesos.Proto.Internal;
using Status = Mesos.Proto.Allocator.InverseOfferStatus.Types.Status;

namespace Mesos.Master.Offers;

/// <summary>
/// Asks frameworks to leave agents whose machines are scheduled for maintenance, and takes their answers. Who has answered is
/// asked again after the time of its filters, as long as it still uses the agent.
/// </summary>
/// <remarks>
/// Upstream: <c>Master::inverseOffer</c>, <c>acceptInverseOffers</c>, <c>declineInverseOffers</c>, <c>updateUnavailability</c> in
/// src/master/master.cpp, and <c>deallocate</c> in src/master/allocator/mesos/hierarchical.cpp.
/// </remarks>
internal sealed class InverseOffers(IMasterContext context, MasterState state, OfferBook book, MasterIds ids)
{
    private const double DefaultRefuseSeconds = 5;

    private readonly Dictionary<string, MasterInverseOffer> offers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Framework, string Agent), DateTimeOffset> answered = [];
    private readonly Dictionary<string, OrderedDictionary<string, InverseOfferStatus>> statuses = new(StringComparer.Ordinal);
    private bool running;

    /// <summary>Asks from now on, as long as machines are scheduled.</summary>
    public void Start()
    {
        if (!running && state.Machines.All.Count > 0)
        {
            running = true;
            context.Delay(context.Options.AllocationInterval, OnInterval, nameof(OnInterval));
        }
    }

    /// <summary>The schedule is another one: frameworks are to see it in their offers, and what they answered before does not count.</summary>
    public void OnScheduleChanged()
    {
        foreach (Agent agent in state.Agents.Registered)
        {
            if (UnavailabilityOf(agent) is { } unavailability && !unavailability.Equals(agent.Unavailability))
            {
                book.RescindAll(agent.Offers);
            }

            Forget(agent);
            agent.Unavailability = UnavailabilityOf(agent);
        }

        Start();
    }

    /// <summary>An agent leaves: nobody has to leave it any more.</summary>
    public void Forget(Agent agent)
    {
        foreach (MasterInverseOffer offer in offers.Values.Where(offer => offer.Agent == agent).ToArray())
        {
            Remove(offer, rescind: true);
        }

        foreach ((string Framework, string Agent) key in answered.Keys.Where(key => key.Agent == agent.Id).ToArray())
        {
            answered.Remove(key);
        }

        statuses.Remove(agent.Id);
    }

    /// <summary>A framework ends, pauses, or has another scheduler now: what it was asked before is asked again where it still counts.</summary>
    /// <param name="framework">The framework.</param>
    /// <param name="rescind">Whether its scheduler is told; a new one knows of none.</param>
    public void Withdraw(Framework framework, bool rescind)
    {
        foreach (MasterInverseOffer offer in offers.Values.Where(offer => offer.Framework == framework).ToArray())
        {
            Remove(offer, rescind);
        }
    }

    /// <summary>What frameworks answered last when they were asked to leave an agent. They are forgotten with the schedule, and with the master.</summary>
    public IEnumerable<InverseOfferStatus> AnswersFor(Agent agent) =>
        statuses.TryGetValue(agent.Id, out OrderedDictionary<string, InverseOfferStatus>? answers) ? answers.Values : [];

    public void OnAccept(Framework framework, IReadOnlyCollection<OfferID> ids, Filters? filters)
    {
        if (ids.Count == 0)
        {
            context.Logger.InverseOfferNoLongerValid("(none)", framework.Id);
        }

        Answer(framework, Status.Accept, ids, filters);
    }

    public void OnDecline(Framework framework, IEnumerable<OfferID> ids, Filters? filters) => Answer(framework, Status.Decline, ids, filters);

    private void Answer(Framework framework, Status answer, IEnumerable<OfferID> ids, Filters? filters)
    {
        foreach (OfferID id in ids)
        {
            // A framework can answer only what it was asked.
            if (!offers.TryGetValue(id.Value, out MasterInverseOffer? offer) || !ReferenceEquals(offer.Framework, framework))
            {
                context.Logger.InverseOfferNoLongerValid(id.Value, framework.Id);
                continue;
            }

            Record(offer, answer);
            if (PauseOf(filters) is { } pause)
            {
                answered[(framework.Id, offer.Agent.Id)] = context.Now + pause;
            }

            Remove(offer, rescind: false);
        }
    }

    private void Record(MasterInverseOffer offer, Status answer)
    {
        if (!statuses.TryGetValue(offer.Agent.Id, out OrderedDictionary<string, InverseOfferStatus>? answers))
        {
            statuses[offer.Agent.Id] = answers = new OrderedDictionary<string, InverseOfferStatus>(StringComparer.Ordinal);
        }

        answers[offer.Framework.Id] = new InverseOfferStatus
        {
            Status = answer,
            FrameworkId = new FrameworkID { Value = offer.Framework.Id },
            Timestamp = context.Now.ToTimeInfo(),
        };
    }

    private void OnInterval()
    {
        running = false;
        foreach (MasterInverseOffer offer in offers.Values.Where(offer => !IsCurrent(offer)).ToArray())
        {
            Remove(offer, rescind: true);
        }

        foreach (Framework framework in state.Frameworks.Registered.Where(framework => framework is { Connected: true, Active: true }))
        {
            Ask(framework);
        }

        Start();
    }

    private void Ask(Framework framework)
    {
        var message = new InverseOffersMessage();
        foreach (Agent agent in state.Agents.Registered.Where(agent => agent.Connected && IsUsedBy(agent, framework)))
        {
            if (UnavailabilityOf(agent) is { } unavailability && MayAsk(framework, agent))
            {
                MasterInverseOffer offer = Open(framework, agent, unavailability);
                message.InverseOffers.Add(Describe(offer));
                message.Pids.Add(agent.Pid.ToString());
            }
        }

        if (message.InverseOffers.Count > 0)
        {
            context.Logger.InverseOffering(framework.Id, message.InverseOffers.Count);
            context.Send(framework, message);
        }
    }

    private bool MayAsk(Framework framework, Agent agent) =>
        !offers.Values.Any(offer => offer.Framework == framework && offer.Agent == agent)
        && (!answered.TryGetValue((framework.Id, agent.Id), out DateTimeOffset until) || until <= context.Now);

    private static bool IsUsedBy(Agent agent, Framework framework) =>
        agent.Used.ByOwner.ContainsKey(framework.Id) || agent.Offers.Any(offer => offer.Framework == framework);

    private bool IsCurrent(MasterInverseOffer offer) =>
        state.Frameworks.Find(offer.Framework.Id) == offer.Framework
        && offer.Framework is { Connected: true, Active: true }
        && state.Agents.Find(offer.Agent.Id) == offer.Agent
        && offer.Unavailability.Equals(UnavailabilityOf(offer.Agent));

    private Unavailability? UnavailabilityOf(Agent agent) =>
        state.Machines.TryGet(agent.Machine, out MachineInfo? machine) ? machine.Unavailability : null;

    private MasterInverseOffer Open(Framework framework, Agent agent, Unavailability unavailability)
    {
        var offer = new MasterInverseOffer(ids.NextOffer(), framework, agent, unavailability.Clone());
        offers.Add(offer.Id, offer);
        if (context.Options.OfferTimeout is { } timeout)
        {
            offer.Timeout = context.Delay(timeout, () => Remove(offer, rescind: true), nameof(Open));
        }

        return offer;
    }

    private static InverseOffer Describe(MasterInverseOffer offer) => new()
    {
        Id = new OfferID { Value = offer.Id },
        Url = AgentUrls.Create(offer.Agent.Pid, offer.Agent.Info.Hostname),
        FrameworkId = new FrameworkID { Value = offer.Framework.Id },
        SlaveId = new SlaveID { Value = offer.Agent.Id },
        Unavailability = offer.Unavailability.Clone(),
    };

    private void Remove(MasterInverseOffer offer, bool rescind)
    {
        if (!offers.Remove(offer.Id))
        {
            return;
        }

        offer.Timeout?.Dispose();
        if (rescind && offer.Framework.Connected)
        {
            context.Send(offer.Framework, new RescindInverseOfferMessage { InverseOfferId = new OfferID { Value = offer.Id } });
        }
    }

    /// <summary>How long a framework is not asked again: without or with an invalid time the default, with zero not at all.</summary>
    private static TimeSpan? PauseOf(Filters? filters)
    {
        double seconds = filters is { HasRefuseSeconds: true, RefuseSeconds: >= 0 } ? filters.RefuseSeconds : DefaultRefuseSeconds;
        return seconds == 0 ? null
            : seconds >= MasterOptions.MaxRefusal.TotalSeconds ? MasterOptions.MaxRefusal
            : TimeSpan.FromSeconds(seconds);
    }
}
