using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using Capability = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;

namespace Mesos.Master.Tests.Frameworks;

public sealed class SubscriptionTests : MasterTest
{
    [Test]
    public async Task A_scheduler_that_did_not_hear_the_answer_gets_the_same_again()
    {
        FakeScheduler scheduler = await SubscribedAsync();
        scheduler.Take();
        FrameworkID id = scheduler.FrameworkId;
        scheduler.Info.Id = null;
        scheduler.Subscribe();
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<FrameworkRegisteredMessage>().FrameworkId, Is.EqualTo(id));
    }

    [Test]
    public async Task The_same_scheduler_subscribing_again_loses_its_offers_and_agents_are_told()
    {
        FakeAgent agent = await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync();
        Offer offer = OnlyOffer(scheduler);
        scheduler.Info.Name = "renamed";
        scheduler.Subscribe(force: false);
        await Node.SettleAsync();
        Assert.That(Names(scheduler), Is.EqualTo(new[] { "RescindResourceOfferMessage", "FrameworkReregisteredMessage" }));
        var told = agent.TakeOnly<UpdateFrameworkMessage>();
        Assert.That(told.Pid, Is.EqualTo(scheduler.Self.ToString()));
        Assert.That(told.FrameworkInfo.Name, Is.EqualTo("renamed"));
        Assert.That(told.FrameworkInfo.Id, Is.EqualTo(offer.FrameworkId));
    }

    [Test]
    public async Task Another_scheduler_takes_over_by_force_and_the_old_one_is_told()
    {
        FakeAgent agent = await AgentAsync();
        FakeScheduler old = await SubscribedAsync();
        OnlyOffer(old);
        FakeScheduler successor = Scheduler("scheduler-2");
        successor.Info = old.Info.Clone();
        successor.Subscribe(force: true);
        await Node.SettleAsync();
        Assert.That(old.TakeOnly<FrameworkErrorMessage>().Message, Is.EqualTo("Framework failed over"), "and its offers vanish without a word");
        successor.TakeOnly<FrameworkRegisteredMessage>();
        Assert.That(agent.TakeOnly<UpdateFrameworkMessage>().Pid, Is.EqualTo(successor.Self.ToString()));

        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.That(successor.Take<ResourceOffersMessage>(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Another_scheduler_is_refused_without_force()
    {
        FakeScheduler old = await SubscribedAsync();
        old.Take();
        FakeScheduler other = Scheduler("scheduler-2");
        other.Info = old.Info.Clone();
        other.Subscribe(force: false);
        await Node.SettleAsync();
        Assert.That(other.TakeOnly<FrameworkErrorMessage>().Message, Is.EqualTo("Framework failed over"));
        Assert.That(old.Take(), Is.Empty);
    }

    [Test]
    public async Task An_unknown_id_is_taken_as_a_framework_of_an_earlier_master()
    {
        FakeScheduler scheduler = Scheduler();
        scheduler.Info.Id = new FrameworkID { Value = "earlier-0007" };
        scheduler.Subscribe(force: true);
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<FrameworkRegisteredMessage>().FrameworkId.Value, Is.EqualTo("earlier-0007"));
    }

    [Test]
    public async Task A_scheduler_cannot_be_two_frameworks()
    {
        FakeScheduler scheduler = await SubscribedAsync();
        scheduler.Take();
        scheduler.Info.Id = new FrameworkID { Value = "another" };
        scheduler.Subscribe(force: true);
        await Node.SettleAsync();
        Assert.That(scheduler.Take(), Is.Empty);
    }

    private static IEnumerable<TestCaseData> Refused()
    {
        yield return Case("'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable", info => info.Roles.Add("a"));
        yield return Case(
            "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable",
            info =>
            {
                info.Role = "a";
                info.Capabilities.Add(new FrameworkInfo.Types.Capability { Type = Capability.MultiRole });
            });
        yield return Case(
            "'FrameworkInfo.roles' contains duplicate items: { a }",
            info =>
            {
                info.Roles.Add(["a", "a"]);
                info.Capabilities.Add(new FrameworkInfo.Types.Capability { Type = Capability.MultiRole });
            });
        yield return Case("'FrameworkInfo.role' is not a valid role: ", info => info.Role = "a b");
        yield return Case("'a/b' contains invalid characters", info => info.Id = new FrameworkID { Value = "a/b" });
        yield return Case("The framework failover_timeout (1E+300) is invalid", info => info.FailoverTimeout = 1e300);
        yield return Case("The framework failover_timeout (NaN) is invalid", info => info.FailoverTimeout = double.NaN);

        static TestCaseData Case(string message, Action<FrameworkInfo> change) => new TestCaseData(message, change).SetArgDisplayNames(message);
    }

    [TestCaseSource(nameof(Refused))]
    public async Task A_wrong_description_is_answered_with_an_error(string message, Action<FrameworkInfo> change)
    {
        FakeScheduler scheduler = Scheduler();
        change(scheduler.Info);
        scheduler.Subscribe();
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<FrameworkErrorMessage>().Message, Does.StartWith(message));
    }

    [Test]
    public async Task Suppressed_roles_must_be_roles_of_the_framework()
    {
        FakeScheduler scheduler = Scheduler();
        scheduler.Make(Call.Types.Type.Subscribe, call =>
        {
            call.Subscribe = new Call.Types.Subscribe { FrameworkInfo = scheduler.Info.Clone() };
            call.Subscribe.SuppressedRoles.Add("x");
        });
        await Node.SettleAsync();
        Assert.That(
            scheduler.TakeOnly<FrameworkErrorMessage>().Message,
            Is.EqualTo("Suppressed roles { x } are not contained in the set of roles"));
    }

    [Test]
    public async Task A_principal_may_not_change_but_user_and_checkpoint_silently_stay()
    {
        FakeAgent agent = await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync();
        scheduler.Take();
        scheduler.Info.User = "other";
        scheduler.Info.Checkpoint = true;
        scheduler.Subscribe(force: false);
        await Node.SettleAsync();
        FrameworkInfo told = agent.Take<UpdateFrameworkMessage>().Single().FrameworkInfo;
        Assert.That((told.User, told.Checkpoint), Is.EqualTo(("root", false)));

        scheduler.Take();
        scheduler.Info.Principal = "somebody";
        scheduler.Subscribe(force: false);
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<FrameworkErrorMessage>().Message, Is.EqualTo("Changing framework's principal is not allowed."));
    }

    [Test]
    public async Task The_older_messages_register_and_re_register()
    {
        FakeScheduler scheduler = Scheduler();
        scheduler.Say(new RegisterFrameworkMessage { Framework = scheduler.Info.Clone() });
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<FrameworkRegisteredMessage>().FrameworkId.Value, Is.EqualTo($"{Info.Id}-0000"));

        scheduler.Say(new RegisterFrameworkMessage { Framework = scheduler.Info.Clone() });
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<FrameworkErrorMessage>().Message, Is.EqualTo("Registering with 'id' already set"));

        scheduler.Say(new ReregisterFrameworkMessage { Framework = scheduler.Info.Clone(), Failover = false });
        await Node.SettleAsync();
        scheduler.TakeOnly<FrameworkReregisteredMessage>();

        FrameworkInfo without = scheduler.Info.Clone();
        without.Id = null;
        scheduler.Say(new ReregisterFrameworkMessage { Framework = without, Failover = true });
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<FrameworkErrorMessage>().Message, Is.EqualTo("Re-registering without an 'id'"));
    }

    [Test]
    public async Task A_request_to_run_a_scheduler_is_refused_as_ever()
    {
        FakeScheduler scheduler = Scheduler();
        scheduler.Say(new SubmitSchedulerRequest { Name = "x" });
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<SubmitSchedulerResponse>().Okay, Is.False);
    }

    private static IEnumerable<string> Names(FakePeer peer) => peer.Take().Select(message => message.Descriptor.Name);
}
