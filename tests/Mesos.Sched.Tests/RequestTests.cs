using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched.Tests;

/// <summary>Kill, reconcile, request; roles and the framework's description.</summary>
[TestFixture]
internal sealed class RequestTests
{
    private static Call Expected(Call.Types.Type type) => new() { Type = type, FrameworkId = FakeMaster.FrameworkId };

    [Test]
    public async Task Kill_names_the_task()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Driver.KillTask(new TaskID { Value = "task-1" });
        Call expected = Expected(Call.Types.Type.Kill);
        expected.Kill = new Call.Types.Kill { TaskId = new TaskID { Value = "task-1" } };
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(expected));
    }

    [Test]
    public async Task Reconcile_names_tasks_and_agents_as_far_as_known()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Driver.ReconcileTasks(
        [
            new TaskStatus { TaskId = new TaskID { Value = "a" }, State = TaskState.TaskRunning, SlaveId = FakeMaster.AgentId },
            new TaskStatus { TaskId = new TaskID { Value = "b" }, State = TaskState.TaskRunning },
        ]);
        Call expected = Expected(Call.Types.Type.Reconcile);
        expected.Reconcile = new Call.Types.Reconcile
        {
            Tasks =
            {
                new Call.Types.Reconcile.Types.Task { TaskId = new TaskID { Value = "a" }, SlaveId = FakeMaster.AgentId },
                new Call.Types.Reconcile.Types.Task { TaskId = new TaskID { Value = "b" } },
            },
        };
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(expected));

        conversation.Driver.ReconcileTasks([]);
        Assert.That((await conversation.Master.NextCallAsync(Call.Types.Type.Reconcile)).Reconcile, Is.EqualTo(new Call.Types.Reconcile()));
    }

    [Test]
    public async Task Request_passes_requests_on()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Driver.RequestResources([new Request { SlaveId = FakeMaster.AgentId }]);
        Call expected = Expected(Call.Types.Type.Request);
        expected.Request = new Call.Types.Request { Requests = { new Request { SlaveId = FakeMaster.AgentId } } };
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(expected));
    }

    [Test]
    public async Task Revive_and_suppress_carry_roles_only_where_some_are_meant()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync(Conversation.Framework(null, "a", "b"));
        conversation.Driver.SuppressOffers();
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(Expected(Call.Types.Type.Suppress)));
        conversation.Driver.SuppressOffers(["b"]);
        Call suppress = Expected(Call.Types.Type.Suppress);
        suppress.Suppress = new Call.Types.Suppress { Roles = { "b" } };
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(suppress));
        conversation.Driver.ReviveOffers();
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(Expected(Call.Types.Type.Revive)));
        conversation.Driver.ReviveOffers(["a"]);
        Call revive = Expected(Call.Types.Type.Revive);
        revive.Revive = new Call.Types.Revive { Roles = { "a" } };
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(revive));
    }

    [Test]
    public async Task Roles_changed_without_a_master_are_told_to_the_next_one_before_anything_else()
    {
        await using var conversation = new Conversation(Conversation.Framework(null, "a", "b", "c"));
        conversation.Driver.Start();
        await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
        conversation.Driver.SuppressOffers();
        conversation.Driver.ReviveOffers(["b"]);
        await conversation.SettleAsync();
        conversation.Scheduler.Inside = (_, driver) => driver.KillTask(new TaskID { Value = "x" });
        conversation.Master.Tell(new FrameworkRegisteredMessage { FrameworkId = FakeMaster.FrameworkId, MasterInfo = conversation.Master.Info });

        FrameworkInfo info = Conversation.Framework("framework-1", "a", "b", "c");
        Call expected = Expected(Call.Types.Type.UpdateFramework);
        expected.UpdateFramework = new Call.Types.UpdateFramework
        {
            FrameworkInfo = info,
            SuppressedRoles = { "a", "c" },
            OfferConstraints = new OfferConstraints(),
        };
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(expected));
        await conversation.Master.NextCallAsync(Call.Types.Type.Kill);
    }

    [Test]
    public async Task The_description_can_be_changed_once_registered()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        FrameworkInfo changed = Conversation.Framework("framework-1", "a", "b");
        changed.User = "";
        changed.Hostname = "other";
        var constraints = new OfferConstraints();
        constraints.RoleConstraints["a"] = new OfferConstraints.Types.RoleConstraints();
        conversation.Driver.UpdateFramework(changed, ["b"], constraints);

        Call expected = Expected(Call.Types.Type.UpdateFramework);
        expected.UpdateFramework = new Call.Types.UpdateFramework
        {
            FrameworkInfo = changed.Clone(),
            SuppressedRoles = { "b" },
            OfferConstraints = constraints,
        };
        expected.UpdateFramework.FrameworkInfo.User = Environment.UserName;
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_change_before_the_registration_is_an_error()
    {
        await using var conversation = new Conversation();
        conversation.Driver.Start();
        conversation.Driver.UpdateFramework(Conversation.Framework("framework-1"), []);
        Assert.That(await conversation.Scheduler.NextAsync<string>(nameof(IScheduler.Error)), Does.Contain("before"));
        Assert.That(conversation.Driver.Status, Is.EqualTo(Status.DriverAborted));
    }

    [TestCase("framework-2")]
    [TestCase(null)]
    public async Task A_change_of_the_id_is_an_error(string? id)
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Driver.UpdateFramework(Conversation.Framework(id), []);
        Assert.That(await conversation.Scheduler.NextAsync<string>(nameof(IScheduler.Error)), Does.Contain("framework-1"));
        await conversation.Master.NextAsync<DeactivateFrameworkMessage>();
    }

    [Test]
    public async Task A_role_suppressed_twice_is_refused()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        Assert.That(() => conversation.Driver.UpdateFramework(Conversation.Framework("framework-1"), ["a", "a"]), Throws.ArgumentException);
    }

    [Test]
    public async Task Requests_of_one_thread_keep_their_order()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        for (int i = 0; i < 200; i++)
        {
            conversation.Driver.KillTask(new TaskID { Value = $"{i}" });
        }

        for (int i = 0; i < 200; i++)
        {
            Assert.That((await conversation.Master.NextCallAsync(Call.Types.Type.Kill)).Kill.TaskId.Value, Is.EqualTo($"{i}"));
        }
    }

    [Test]
    public async Task An_error_of_the_master_aborts_before_it_is_told()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        Status inside = Status.DriverRunning;
        conversation.Scheduler.Inside = (_, driver) => inside = driver.KillTask(new TaskID { Value = "x" });
        conversation.Master.Tell(new FrameworkErrorMessage { Message = "Framework failed over" });
        Assert.That(await conversation.Scheduler.NextAsync<string>(nameof(IScheduler.Error)), Is.EqualTo("Framework failed over"));
        await conversation.Master.NextAsync<DeactivateFrameworkMessage>();
        Assert.That(await conversation.Driver.JoinAsync(), Is.EqualTo(Status.DriverAborted));
        Assert.That(inside, Is.EqualTo(Status.DriverAborted));
    }
}
