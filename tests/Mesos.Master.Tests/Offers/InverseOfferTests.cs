using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Maintenance;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Tests.Offers;

public sealed class InverseOfferTests : MasterTest
{
    private static readonly Unavailability Away = new() { Start = new TimeInfo { Nanoseconds = 7 } };

    [Test]
    public async Task Frameworks_are_asked_to_leave_machines_that_are_scheduled()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync();
        await ScheduleAsync(agent);
        InverseOffersMessage asked = scheduler.Take<InverseOffersMessage>().Single();
        InverseOffer offer = asked.InverseOffers.Single();
        Assert.That((offer.SlaveId, offer.FrameworkId, offer.Unavailability), Is.EqualTo((agent.Info.Id, scheduler.FrameworkId, Away)));
        Assert.That((asked.Pids.Single(), offer.Resources.Count), Is.EqualTo((agent.Self.ToString(), 0)));

        await Node.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.That(scheduler.Take<InverseOffersMessage>(), Is.Empty, "asked once, until it answers");
        scheduler.Make(Call.Types.Type.DeclineInverseOffers, call => call.DeclineInverseOffers = new Call.Types.DeclineInverseOffers
        {
            InverseOfferIds = { offer.Id.Clone() }, Filters = new Filters { RefuseSeconds = 10 },
        });
        await Node.AdvanceAsync(TimeSpan.FromSeconds(9));
        Assert.That(scheduler.Take<InverseOffersMessage>(), Is.Empty);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        offer = scheduler.Take<InverseOffersMessage>().Single().InverseOffers.Single();

        agent.Say(new UnregisterSlaveMessage { SlaveId = agent.Info.Id.Clone() });
        await Node.SettleAsync();
        Assert.That(scheduler.Take<RescindInverseOfferMessage>().Single().InverseOfferId, Is.EqualTo(offer.Id));
    }

    [Test]
    public async Task A_scheduler_that_subscribes_again_or_takes_over_is_asked_again()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync();
        await ScheduleAsync(agent);
        OfferID first = scheduler.Take<InverseOffersMessage>().Single().InverseOffers.Single().Id;
        scheduler.Subscribe(force: false);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        IReadOnlyList<Google.Protobuf.IMessage> heard = scheduler.Take();
        Assert.That(heard.OfType<RescindInverseOfferMessage>().Single().InverseOfferId, Is.EqualTo(first));
        Assert.That(heard.OfType<InverseOffersMessage>().Single().InverseOffers.Single().Id, Is.Not.EqualTo(first));

        FakeScheduler successor = Scheduler("scheduler-2");
        successor.Info = scheduler.Info.Clone();
        successor.Subscribe(force: true);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(scheduler.Take<RescindInverseOfferMessage>(), Is.Empty, "it has been told that it is over");
        Assert.That(successor.Take<InverseOffersMessage>().Single().InverseOffers, Has.Count.EqualTo(1));

        successor.Say(new DeactivateFrameworkMessage { FrameworkId = successor.FrameworkId.Clone() });
        await Node.SettleAsync();
        Assert.That(successor.Take<RescindInverseOfferMessage>(), Has.Exactly(1).Items);
    }

    [Test]
    public async Task Offers_tell_when_the_machine_will_be_away()
    {
        FakeAgent agent = await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync();
        Offer before = OnlyOffer(scheduler);
        await ScheduleAsync(agent);
        IReadOnlyList<Google.Protobuf.IMessage> heard = scheduler.Take();
        Assert.That(heard.OfType<RescindResourceOfferMessage>().Single().OfferId, Is.EqualTo(before.Id));
        Assert.That(heard.OfType<ResourceOffersMessage>().Single().Offers.Single().Unavailability, Is.EqualTo(Away));
    }

    private async Task ScheduleAsync(FakeAgent agent)
    {
        var window = new Window { Unavailability = Away.Clone() };
        window.MachineIds.Add(new MachineID { Hostname = agent.Info.Hostname, Ip = agent.Self.Address.ToIPAddress().ToString() });
        await AskAsync(Master.UpdateMaintenanceScheduleAsync(new Schedule { Windows = { window } }));
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
    }
}
