using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Tests.Accept;

public sealed class OfferTimeoutTests : MasterTest
{
    protected override MasterOptions Options => base.Options with { OfferTimeout = TimeSpan.FromSeconds(30) };

    [Test]
    public async Task An_offer_nobody_answers_is_taken_back_and_made_again()
    {
        await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync();
        Offer offer = OnlyOffer(scheduler);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(29));
        Assert.That(scheduler.Take(), Is.Empty);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        IReadOnlyList<Google.Protobuf.IMessage> messages = scheduler.Take();
        Assert.That(((RescindResourceOfferMessage)messages[0]).OfferId, Is.EqualTo(offer.Id));
        Assert.That(((ResourceOffersMessage)messages[1]).Offers.Single().Id, Is.Not.EqualTo(offer.Id));
    }
}
