using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Tests.Frameworks;

public sealed class FrameworkLifeTests : MasterTest
{
    [Test]
    public async Task A_scheduler_that_goes_away_without_failover_takes_its_tasks_along()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync();
        scheduler.Terminate();
        await Node.AdvanceAsync(TimeSpan.Zero);
        Assert.That(agent.TakeOnly<ShutdownFrameworkMessage>().FrameworkId, Is.EqualTo(scheduler.FrameworkId));

        FakeScheduler late = Scheduler("scheduler-2");
        late.Info = scheduler.Info.Clone();
        late.Subscribe(force: true);
        await Node.SettleAsync();
        Assert.That(late.TakeOnly<FrameworkErrorMessage>().Message, Is.EqualTo("Framework has been removed"));
    }

    [Test]
    public async Task Within_the_failover_time_a_successor_finds_its_tasks()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync(s => s.Info.FailoverTimeout = 100);
        scheduler.Terminate();
        await Node.AdvanceAsync(TimeSpan.FromSeconds(99));
        Assert.That(agent.Take(), Is.Empty);

        FakeScheduler successor = Scheduler("scheduler-2");
        successor.Info = scheduler.Info.Clone();
        successor.Subscribe(force: true);
        await Node.SettleAsync();
        Assert.That(successor.Take()[0], Is.InstanceOf<FrameworkRegisteredMessage>());
        agent.Take();

        // The old timer is gone with the old scheduler.
        await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(agent.Take(), Is.Empty);
        successor.Take();
        successor.Make(Call.Types.Type.Reconcile, call => call.Reconcile = new Call.Types.Reconcile());
        await Node.SettleAsync();
        Assert.That(successor.TakeOnly<StatusUpdateMessage>().Update.Status.TaskId, Is.EqualTo(task.TaskId));
    }

    [Test]
    public async Task A_disconnected_framework_that_speaks_is_told_so()
    {
        FakeScheduler scheduler = await SubscribedAsync(prepare: s => s.Info.FailoverTimeout = 100);
        scheduler.Terminate();
        await Node.SettleAsync();
        FakeScheduler again = Scheduler();
        again.Info = scheduler.Info.Clone();
        again.Make(Call.Types.Type.Revive);
        await Node.SettleAsync();
        Assert.That(again.TakeOnly<FrameworkErrorMessage>().Message, Is.EqualTo("Framework disconnected"));
    }

    [Test]
    public async Task Teardown_shuts_the_framework_down_everywhere_and_frees_its_resources()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync();
        scheduler.Make(Call.Types.Type.Teardown);
        await Node.SettleAsync();
        agent.TakeOnly<ShutdownFrameworkMessage>();
        Assert.That(scheduler.Take(), Is.Empty, "the framework is told nothing");

        FakeScheduler other = await SubscribedAsync("scheduler-2");
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(OnlyOffer(other).Resources.Single(resource => resource.Name == "cpus").Scalar.Value, Is.EqualTo(4));
    }

    [Test]
    public async Task An_aborted_scheduler_loses_its_offers_and_gets_no_more()
    {
        await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync();
        Offer offer = OnlyOffer(scheduler);
        scheduler.Say(new DeactivateFrameworkMessage { FrameworkId = scheduler.FrameworkId.Clone() });
        await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(scheduler.TakeOnly<RescindResourceOfferMessage>().OfferId, Is.EqualTo(offer.Id));
    }

    [Test]
    public async Task Nobody_can_speak_for_another_framework()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        FakeScheduler stranger = Scheduler("scheduler-2");
        stranger.Info = scheduler.Info.Clone();
        stranger.Make(Call.Types.Type.Teardown);
        stranger.Make(Call.Types.Type.Kill, call => call.Kill = new Call.Types.Kill { TaskId = task.TaskId });
        stranger.Say(new UnregisterFrameworkMessage { FrameworkId = scheduler.FrameworkId.Clone() });
        stranger.Say(new DeactivateFrameworkMessage { FrameworkId = scheduler.FrameworkId.Clone() });
        stranger.Say(new KillTaskMessage { FrameworkId = scheduler.FrameworkId.Clone(), TaskId = task.TaskId.Clone() });
        await Node.SettleAsync();
        Assert.That(agent.Take(), Is.Empty);
        Assert.That(scheduler.Take(), Is.Empty);
        Assert.That(stranger.Take(), Is.Empty);
    }

    [Test]
    public async Task A_framework_changes_its_description_and_loses_offers_of_roles_it_left()
    {
        FakeAgent agent = await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync(prepare: s =>
        {
            s.With(FrameworkInfo.Types.Capability.Types.Type.MultiRole);
            s.Info.Roles.Add("a");
        });
        Offer offer = OnlyOffer(scheduler);
        Assert.That(offer.AllocationInfo.Role, Is.EqualTo("a"));

        scheduler.Info.Roles.Clear();
        scheduler.Info.Roles.Add("b");
        scheduler.Make(Call.Types.Type.UpdateFramework, call =>
            call.UpdateFramework = new Call.Types.UpdateFramework { FrameworkInfo = scheduler.Info.Clone() });
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        IReadOnlyList<Google.Protobuf.IMessage> messages = scheduler.Take();
        Assert.That(((RescindResourceOfferMessage)messages[0]).OfferId, Is.EqualTo(offer.Id));
        Assert.That(((ResourceOffersMessage)messages[1]).Offers.Single().AllocationInfo.Role, Is.EqualTo("b"));
        Assert.That(agent.TakeOnly<UpdateFrameworkMessage>().FrameworkInfo.Roles, Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public async Task A_wrong_change_is_answered_with_an_error()
    {
        FakeScheduler scheduler = await SubscribedAsync();
        scheduler.Take();
        scheduler.Make(Call.Types.Type.UpdateFramework, call =>
        {
            call.UpdateFramework = new Call.Types.UpdateFramework { FrameworkInfo = scheduler.Info.Clone() };
            call.UpdateFramework.FrameworkInfo.User = "other";
        });
        await Node.SettleAsync();
        Assert.That(
            scheduler.TakeOnly<FrameworkErrorMessage>().Message,
            Is.EqualTo("FrameworkInfo update is not valid: Updating 'FrameworkInfo.user' is unsupported; attempted to update from 'root' to 'other'"));
    }

    [Test]
    public async Task A_suppressed_framework_gets_offers_again_when_it_revives()
    {
        await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync();
        scheduler.Decline(OnlyOffer(scheduler), refuseSeconds: 1000);
        scheduler.Make(Call.Types.Type.Suppress);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2000));
        Assert.That(scheduler.Take(), Is.Empty);

        scheduler.Make(Call.Types.Type.Revive);
        await Node.SettleAsync();
        OnlyOffer(scheduler);
    }

    [Test]
    public async Task A_role_the_framework_does_not_have_drops_the_whole_call()
    {
        await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync();
        scheduler.Decline(OnlyOffer(scheduler), refuseSeconds: 1000);
        scheduler.Make(Call.Types.Type.Revive, call =>
        {
            call.Revive = new Call.Types.Revive();
            call.Revive.Roles.Add(["*", "x"]);
        });
        await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(scheduler.Take(), Is.Empty);
    }
}
