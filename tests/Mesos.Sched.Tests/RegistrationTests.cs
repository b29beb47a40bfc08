using LibProcess.Addressing;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesos.Sched.Tests;

/// <summary>How a framework gets accepted, and stays so.</summary>
[TestFixture]
internal sealed class RegistrationTests
{
    [Test]
    public async Task A_new_framework_subscribes_without_id_and_force()
    {
        await using var conversation = new Conversation();
        conversation.Driver.Start();
        Call call = await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
        Assert.That(call, Is.EqualTo(new Call
        {
            Type = Call.Types.Type.Subscribe,
            Subscribe = new Call.Types.Subscribe { FrameworkInfo = Conversation.Framework(), OfferConstraints = new OfferConstraints() },
        }));
        Assert.That(call.Subscribe.HasForce, Is.False);
        Assert.That(conversation.Master.Framework.Id, Does.Match("^scheduler-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"));

        conversation.Master.Tell(new FrameworkRegisteredMessage { FrameworkId = FakeMaster.FrameworkId, MasterInfo = conversation.Master.Info });
        (string id, string host) = await conversation.Scheduler.NextAsync<(string, string)>(nameof(IScheduler.Registered));
        Assert.That((id, host), Is.EqualTo(("framework-1", "master.example")));
    }

    [Test]
    public async Task User_and_host_name_are_filled_in()
    {
        await using var conversation = new Conversation(new FrameworkInfo { User = "", Name = "test" });
        conversation.Driver.Start();
        FrameworkInfo info = (await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe)).Subscribe.FrameworkInfo;
        Assert.That(info.User, Is.EqualTo(Environment.UserName));
        Assert.That(info.Hostname, Is.Not.Empty);
    }

    [Test]
    public async Task An_empty_id_is_none()
    {
        await using var conversation = new Conversation(Conversation.Framework(""));
        conversation.Driver.Start();
        Call call = await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
        Assert.That(call.FrameworkId, Is.Null);
        Assert.That(call.Subscribe.HasForce, Is.False);
    }

    [Test]
    public async Task Suppressed_roles_and_constraints_travel_with_the_subscription()
    {
        var constraints = new OfferConstraints();
        constraints.RoleConstraints["a"] = new OfferConstraints.Types.RoleConstraints();
        await using var conversation = new Conversation(
            Conversation.Framework(null, "a", "b", "c"),
            options => options with { SuppressedRoles = ["c", "a"], OfferConstraints = constraints });
        conversation.Driver.Start();
        Call call = await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
        Assert.That(call.Subscribe.SuppressedRoles, Is.EqualTo(new[] { "a", "c" }));
        Assert.That(call.Subscribe.OfferConstraints, Is.EqualTo(constraints));
    }

    [Test]
    public void A_role_suppressed_twice_is_refused() => Assert.That(
        () => new MesosSchedulerDriver(
            new RecordingScheduler(), Conversation.Framework(), "127.0.0.1:1", new SchedulerDriverOptions { SuppressedRoles = ["a", "a"] }),
        Throws.ArgumentException);

    [Test]
    public async Task A_framework_with_an_id_is_taken_over_by_force_until_that_worked()
    {
        await using var conversation = new Conversation(Conversation.Framework("framework-1"));
        conversation.Driver.Start();
        for (int attempt = 0; attempt < 2; attempt++)
        {
            Call call = await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
            Assert.That(call.FrameworkId.Value, Is.EqualTo("framework-1"));
            Assert.That(call.Subscribe.FrameworkInfo.Id.Value, Is.EqualTo("framework-1"));
            Assert.That(call.Subscribe.Force, Is.True);
            await conversation.Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        }

        conversation.Master.Tell(new FrameworkReregisteredMessage { FrameworkId = FakeMaster.FrameworkId, MasterInfo = conversation.Master.Info });
        await conversation.Scheduler.NextAsync(nameof(IScheduler.Reregistered));
    }

    [Test]
    public async Task Subscribing_is_repeated_until_the_master_answers()
    {
        await using var conversation = new Conversation();
        conversation.Driver.Start();
        await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
        for (int second = 0; second < 3; second++)
        {
            await conversation.Node.AdvanceAsync(TimeSpan.FromMinutes(1));
            await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
        }

        conversation.Master.Tell(new FrameworkRegisteredMessage { FrameworkId = FakeMaster.FrameworkId, MasterInfo = conversation.Master.Info });
        await conversation.Scheduler.NextAsync(nameof(IScheduler.Registered));
        await conversation.Node.AdvanceAsync(TimeSpan.FromHours(1));
        conversation.Driver.KillTask(new TaskID { Value = "end" });
        Call call;
        do
        {
            // Repetitions from before the answer may still be on their way.
            call = await conversation.Master.NextAsync<Call>();
        }
        while (call.Type == Call.Types.Type.Subscribe && call.FrameworkId is null);

        Assert.That(call.Type, Is.EqualTo(Call.Types.Type.Kill));
    }

    [Test]
    public void Waits_double_from_2_seconds_to_a_minute()
    {
        var channel = new FakeChannel();
        var state = new SchedulerState(Conversation.Framework(), [], new OfferConstraints());
        var registration = new Registration(state, channel, null!, _ => { }, TimeSpan.FromSeconds(2), NullLogger.Instance);
        var pid = UPid.Parse("master@127.0.0.1:5050");
        registration.MasterChanged(new LeadingMaster(pid, new MasterInfo()));
        for (int attempt = 0; attempt < 7; attempt++)
        {
            channel.Due[^1].Action();
        }

        // Chance always picks the upper end here.
        Assert.That(channel.Due.Select(due => Math.Round(due.Delay.TotalSeconds, 3)), Is.EqualTo(new[] { 2, 4, 8, 16, 32, 60, 60, 60 }));
        Assert.That(channel.Calls, Has.Count.EqualTo(8));
        Assert.That(channel.Linked, Is.EqualTo(new[] { pid }));

        state.Connected = true;
        channel.Due[^1].Action();
        Assert.That(channel.Calls, Has.Count.EqualTo(8), "a connected driver subscribes no more");
    }

    [TestCase(2, null, 2)]
    [TestCase(90, null, 60)]
    [TestCase(90, 0.0, 60)]
    [TestCase(90, 100.0, 10)]
    [TestCase(2, 100.0, 2)]
    [TestCase(90, double.MaxValue, 60)]
    [TestCase(90, -1.0, 60)]
    public void A_wait_is_bounded_by_a_minute_and_a_tenth_of_the_failover_timeout(int wait, double? failoverTimeout, int expected)
    {
        FrameworkInfo framework = Conversation.Framework();
        if (failoverTimeout is { } seconds)
        {
            framework.FailoverTimeout = seconds;
        }

        Assert.That(Registration.BoundWait(TimeSpan.FromSeconds(wait), framework), Is.EqualTo(TimeSpan.FromSeconds(expected)));
    }

    [Test]
    public async Task The_first_bound_is_a_setting()
    {
        await using var conversation = new Conversation(configure: options => options with
        {
            Environment = new Dictionary<string, string> { ["MESOS_REGISTRATION_BACKOFF_FACTOR"] = "1ms" },
        });
        conversation.Driver.Start();
        await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
        await conversation.Node.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
    }

    [Test]
    public async Task Only_the_leading_master_can_accept_and_only_once()
    {
        await using var conversation = new Conversation();
        conversation.Driver.Start();
        await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
        var accept = new FrameworkRegisteredMessage { FrameworkId = FakeMaster.FrameworkId, MasterInfo = conversation.Master.Info };
        conversation.MasterNode.Manager.Send(conversation.Agent.Self, conversation.Master.Framework, accept.Clone());
        conversation.Master.Tell(accept.Clone());
        conversation.Master.Tell(accept.Clone());
        conversation.Master.Tell(new FrameworkReregisteredMessage { FrameworkId = FakeMaster.FrameworkId, MasterInfo = conversation.Master.Info });
        conversation.Master.Tell(new LostSlaveMessage { SlaveId = FakeMaster.AgentId });
        await conversation.Scheduler.NextAsync(nameof(IScheduler.Registered));
        await conversation.Scheduler.NextAsync(nameof(IScheduler.SlaveLost));
    }

    [Test]
    public async Task Being_registered_again_under_another_id_is_an_error()
    {
        await using var conversation = new Conversation(Conversation.Framework("framework-1"));
        conversation.Driver.Start();
        await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
        conversation.Master.Tell(new FrameworkReregisteredMessage
        {
            FrameworkId = new FrameworkID { Value = "framework-2" },
            MasterInfo = conversation.Master.Info,
        });
        Assert.That(
            await conversation.Scheduler.NextAsync<string>(nameof(IScheduler.Error)),
            Does.Contain("framework-2").And.Contain("framework-1"));
        Assert.That(conversation.Driver.Status, Is.EqualTo(Status.DriverAborted));
    }
}
