using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Tests.Frameworks;

public sealed class FrameworkMetricsTests : MasterTest
{
    protected override MasterOptions Options => new() { MaxCompletedFrameworks = 1 };

    [Test]
    public async Task A_framework_has_metrics_of_its_own_until_it_is_forgotten()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync(s => s.Info.Name = "a b/c");
        string prefix = $"master/frameworks/a%20b%2Fc/{scheduler.FrameworkId.Value}/";
        Assert.That(await MetricAsync(prefix + "subscribed"), Is.EqualTo(1));
        Assert.That(await MetricAsync(prefix + "calls/subscribe"), Is.EqualTo(1));
        Assert.That(await MetricAsync(prefix + "calls/accept"), Is.EqualTo(1));
        Assert.That(await MetricAsync(prefix + "calls"), Is.EqualTo(3));
        Assert.That(await MetricAsync(prefix + "events/subscribed"), Is.EqualTo(1));
        Assert.That(await MetricAsync(prefix + "events/offers"), Is.EqualTo(1));
        Assert.That(await MetricAsync(prefix + "events/update"), Is.EqualTo(1));
        Assert.That(await MetricAsync(prefix + "events"), Is.EqualTo(3));
        Assert.That(await MetricAsync(prefix + "offers/sent"), Is.EqualTo(1));
        Assert.That(await MetricAsync(prefix + "tasks/active/task_running"), Is.EqualTo(1));
        Assert.That(await MetricAsync(prefix + "tasks/active/task_staging"), Is.Zero);

        agent.Report(task, scheduler.FrameworkId, TaskState.TaskFinished);
        await Node.SettleAsync();
        Assert.That(await MetricAsync(prefix + "tasks/active/task_running"), Is.Zero);
        Assert.That(await MetricAsync(prefix + "tasks/terminal/task_finished"), Is.EqualTo(1));

        scheduler.Make(Call.Types.Type.Teardown);
        await Node.SettleAsync();
        Assert.That(await MetricAsync(prefix + "subscribed"), Is.Zero);
        FakeScheduler next = await SubscribedAsync("scheduler-2");
        next.Make(Call.Types.Type.Teardown);
        await Node.SettleAsync();
        Assert.That(await MetricAsync(prefix + "subscribed"), Is.Null);
    }

    [Test]
    public async Task A_framework_shows_what_became_of_its_offers_and_which_roles_it_suppresses()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync(s =>
        {
            (s.Info.Name, s.Info.FailoverTimeout) = ("n", 1000);
            s.With(FrameworkInfo.Types.Capability.Types.Type.MultiRole);
            s.Info.Roles.Add(["a", "b/c"]);
        });
        string prefix = $"master/frameworks/n/{scheduler.FrameworkId.Value}/";
        Assert.That(await MetricAsync(prefix + "offers/accepted"), Is.EqualTo(1));
        Assert.That((await MetricAsync(prefix + "operations"), await MetricAsync(prefix + "operations/launch")), Is.EqualTo((1, 1)));
        Assert.That((await MetricAsync(prefix + "roles/a/suppressed"), await MetricAsync(prefix + "roles/b/c/suppressed")), Is.EqualTo((0, 0)));

        scheduler.Make(Call.Types.Type.Suppress, call => call.Suppress = new Call.Types.Suppress { Roles = { "a" } });
        await Node.SettleAsync();
        Assert.That((await MetricAsync(prefix + "roles/a/suppressed"), await MetricAsync(prefix + "roles/b/c/suppressed")), Is.EqualTo((1, 0)));
        scheduler.Make(Call.Types.Type.Revive);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.That(await MetricAsync(prefix + "roles/a/suppressed"), Is.Zero);

        scheduler.Info.Roles.Remove("a");
        scheduler.Make(Call.Types.Type.UpdateFramework, call =>
            call.UpdateFramework = new Call.Types.UpdateFramework { FrameworkInfo = scheduler.Info.Clone(), SuppressedRoles = { "b/c" } });
        await Node.SettleAsync();
        Assert.That((await MetricAsync(prefix + "roles/a/suppressed"), await MetricAsync(prefix + "roles/b/c/suppressed")), Is.EqualTo(((double?)null, 1)));
        agent.Say(new UnregisterSlaveMessage { SlaveId = agent.Info.Id.Clone() });
        await Node.SettleAsync();
        Assert.That(await MetricAsync(prefix + "offers/rescinded"), Is.EqualTo(1));
    }

    [Test]
    public async Task Messages_are_counted_for_each_principal_that_has_frameworks()
    {
        FakeScheduler scheduler = await SubscribedAsync(prepare: s => s.Info.Principal = "fw");
        Assert.That(await MetricAsync("frameworks/fw/messages_received"), Is.Zero, "the subscription came before the framework");
        scheduler.Say(new ReviveOffersMessage { FrameworkId = scheduler.FrameworkId });
        await Node.SettleAsync();
        Assert.That(await MetricAsync("frameworks/fw/messages_received"), Is.EqualTo(1));
        Assert.That(await MetricAsync("frameworks/fw/messages_processed"), Is.EqualTo(1));
        scheduler.Say(new UnregisterFrameworkMessage { FrameworkId = scheduler.FrameworkId });
        await Node.SettleAsync();
        Assert.That(await MetricAsync("frameworks/fw/messages_received"), Is.Null);
    }
}
