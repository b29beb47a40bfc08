using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Offers;

/// <summary>Offers a framework does not want.</summary>
/// <remarks>Upstream: <c>Master::decline</c> in src/master/master.cpp.</remarks>
internal sealed class Decline(IMasterContext context, MasterState state, OfferBook book)
{
    public void OnDecline(Framework framework, Call.Types.Decline call)
    {
        context.Metrics.MessagesDeclineOffers.Increment();
        foreach (OfferID id in call.OfferIds)
        {
            // A framework can give back only what was offered to it.
            if (state.Offers.TryGetValue(id.Value, out MasterOffer? offer) && !offer.Accepted && ReferenceEquals(offer.Framework, framework))
            {
                framework.Metrics?.OffersDeclined.Increment();
                book.Discard(offer, call.Filters ?? new Filters());
            }
            else
            {
                context.Logger.OfferNoLongerValid(id.Value, framework.Id);
            }
        }
    }
}
