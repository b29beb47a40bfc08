using Mesos.Master.Allocator;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Offers;

/// <summary>The one way offers end: taken back, given back or used. Afterwards nothing refers to them.</summary>
/// <remarks>Upstream: <c>rescindOffer</c>, <c>discardOffer</c>, <c>_removeOffer</c> in src/master/master.cpp.</remarks>
internal sealed class OfferBook(IMasterContext context, MasterState state, IAllocator allocator)
{
    /// <summary>Takes an offer back: the framework is told.</summary>
    public void Rescind(MasterOffer offer)
    {
        if (!offer.Accepted)
        {
            offer.Framework.Metrics?.OffersRescinded.Increment();
            context.Send(offer.Framework, new RescindResourceOfferMessage { OfferId = new OfferID { Value = offer.Id } });
        }

        Discard(offer, filters: null);
    }

    /// <summary>The framework uses the offer, but it is not known yet whether it may.</summary>
    public static void Accept(MasterOffer offer)
    {
        offer.Accepted = true;
        offer.Timeout?.Dispose();
    }

    /// <summary>Gives the resources of an offer back without a word to the framework.</summary>
    /// <param name="offer">The offer.</param>
    /// <param name="filters">For how long the framework does not want them, or null.</param>
    public void Discard(MasterOffer offer, Filters? filters)
    {
        allocator.RecoverResources(offer.Framework.Id, offer.Agent.Id, offer.Resources, filters);
        Remove(offer);
    }

    /// <summary>Forgets an offer whose resources are in use.</summary>
    public void Remove(MasterOffer offer)
    {
        if (!state.Offers.Remove(offer.Id))
        {
            return;
        }

        offer.Timeout?.Dispose();
        offer.Framework.RemoveOffer(offer);
        offer.Agent.RemoveOffer(offer);
        context.Logger.OfferRemoved(offer.Id);
    }

    public void RescindAll(IEnumerable<MasterOffer> offers)
    {
        foreach (MasterOffer offer in offers.ToArray())
        {
            Rescind(offer);
        }
    }

    public void DiscardAll(IEnumerable<MasterOffer> offers)
    {
        foreach (MasterOffer offer in offers.ToArray())
        {
            Discard(offer, filters: null);
        }
    }
}
