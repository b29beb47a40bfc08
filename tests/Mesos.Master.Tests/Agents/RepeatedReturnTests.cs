using Mesos.Common;
using Mesos.Common.Values;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using static Mesos.Master.Tests.OperationFixtures;
using Capability = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;

namespace Mesos.Master.Tests.Agents;

/// <summary>
/// Agents try again to come back until they are answered. An attempt that is under way while the answer to an earlier one is, is
/// older than what the master has told the agent since.
/// </summary>
public sealed class RepeatedReturnTests : MasterTest
{
    private FakeAgent agent = null!;
    private FakeScheduler scheduler = null!;

    [SetUp]
    public async Task ReturnWithAVolume()
    {
        agent = Node.Spawn(new FakeAgent(Node.Manager, Master.Self));
        agent.Info.Id = new SlaveID { Value = "earlier-S0" };
        agent.Say(WithVolume());
        await Node.SettleAsync();
        agent.TakeOnly<SlaveReregisteredMessage>();
        scheduler = await SubscribedAsync(prepare: s =>
        {
            s.With(Capability.MultiRole, Capability.ReservationRefinement);
            s.Info.Roles.Add("dev");
        });
    }

    [Test]
    public async Task A_volume_that_was_destroyed_since_does_not_come_back_with_it()
    {
        await DestroyAsync();
        agent.Say(WithVolume());
        await Node.SettleAsync();
        agent.TakeOnly<SlaveReregisteredMessage>();
        await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(OnlyOffer(scheduler).Resources.Where(IsData), Is.Empty);
    }

    [Test]
    public async Task It_counts_as_one_however_late_the_master_gets_to_it()
    {
        await DestroyAsync();

        // Said while the master is busy: all of it waits before the first is looked at.
        await Master.CallAsync(() =>
        {
            agent.Say(WithVolume());
            agent.Say(WithVolume());
            agent.Say(agent.ResourceReport());
        });
        await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(OnlyOffer(scheduler).Resources.Where(IsData), Is.Empty);
    }

    [Test]
    public async Task An_executor_that_was_started_since_holds_its_resources_still()
    {
        Offer offer = OnlyOffer(scheduler);
        TaskInfo task = FakeScheduler.TaskOfExecutor(offer);
        scheduler.Launch(offer, task);
        await Node.SettleAsync();
        agent.Take();
        agent.Say(WithVolume());
        await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(
            scheduler.Take<ResourceOffersMessage>().SelectMany(message => message.Offers).SelectMany(each => each.Resources).Single(resource => resource.Name == "cpus").Scalar.Value,
            Is.EqualTo(4 - 0.5 - 1));
        Assert.That(
            agent.Take<SlaveReregisteredMessage>().Single().Reconciliations.Single().Statuses.Single().TaskId,
            Is.EqualTo(task.TaskId),
            "the agent says what became of it, should it not have got it");
    }

    [Test]
    public async Task Once_the_agent_has_reported_its_word_counts_again()
    {
        await DestroyAsync();
        agent.Say(agent.ResourceReport());
        agent.Say(WithVolume());
        await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(OnlyOffer(scheduler).Resources.Where(IsData), Has.Exactly(1).Items);
    }

    [Test]
    public async Task The_word_of_an_agent_that_was_started_anew_counts()
    {
        await DestroyAsync();
        ReregisterSlaveMessage message = WithVolume();
        message.ResourceVersionUuid = FakeAgent.Uuid(Guid.Parse("bb712126-5602-4e71-89e8-30e40e43f55c"));
        agent.Say(message);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(OnlyOffer(scheduler).Resources.Where(IsData), Has.Exactly(1).Items);
    }

    private static Resource Data() => Volume("data", 100, "dev");

    private static bool IsData(Resource resource) => resource.Disk?.Persistence is not null;

    private async Task DestroyAsync()
    {
        Offer offer = OnlyOffer(scheduler);
        Assert.That(offer.Resources.Where(IsData), Has.Exactly(1).Items);
        scheduler.Accept([offer], new Filters { RefuseSeconds = 0 }, Destroy(Data()), Unreserve(Reserved("disk:100", "dev")));
        await Node.SettleAsync();
        Assert.That(agent.Take<ApplyOperationMessage>(), Has.Count.EqualTo(2));
    }

    private ReregisterSlaveMessage WithVolume()
    {
        ReregisterSlaveMessage message = agent.Reregistration();
        Resource volume = Data();
        ResourceFormat.TryDowngrade(volume);
        message.CheckpointedResources.Add(volume);
        return message;
    }
}
