using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Tests.Frameworks;

/// <summary>Messages of drivers from before there were calls, beyond those tested where their matter is.</summary>
public sealed class OlderMessageTests : MasterTest
{
    [Test]
    public async Task A_wish_for_resources_reaches_the_allocator_and_is_counted()
    {
        await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync();
        scheduler.Take();
        scheduler.Say(new ResourceRequestMessage
        {
            FrameworkId = scheduler.FrameworkId.Clone(),
            Requests = { new Request { Resources = { Mesos.Common.Resources.Parse("cpus:1") } } },
        });
        scheduler.Say(new ResourceRequestMessage { FrameworkId = new FrameworkID { Value = "of somebody else" } });
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.That(await MetricAsync("master/messages_resource_request"), Is.EqualTo(1));
        Assert.That(scheduler.Take(), Is.Empty, "the allocator makes nothing of it, as that of the original");
    }

    [Test]
    public async Task A_wish_for_offers_ends_what_was_refused()
    {
        await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync();
        scheduler.Decline(OnlyOffer(scheduler), refuseSeconds: 1000);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(scheduler.Take(), Is.Empty);
        scheduler.Say(new ReviveOffersMessage { FrameworkId = scheduler.FrameworkId.Clone() });
        await Node.SettleAsync();
        OnlyOffer(scheduler);
    }
}
