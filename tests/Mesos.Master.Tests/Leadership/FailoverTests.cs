using Mesos.Master.Leadership;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using Capability = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;
using Reason = Mesos.Proto.TaskStatus.Types.Reason;

namespace Mesos.Master.Tests.Leadership;

/// <summary>A master that ends, and another that starts with what the registry remembers.</summary>
public sealed class FailoverTests : MasterTest
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private MasterOptions options = new() { Hostname = "master.example" };

    protected override MasterOptions Options => options;

    [TearDown]
    public void ForgetOptions() => options = new MasterOptions { Hostname = "master.example" };

    [Test]
    public async Task An_agent_that_returns_brings_its_tasks_and_frameworks_along_and_nobody_takes_them_for_lost()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        ReregisterSlaveMessage reregistration = await ReregistrationAsync(agent, scheduler, task);
        await RestartMasterAsync();
        Assert.That(scheduler.Take(), Is.Empty.Or.All.InstanceOf<FrameworkErrorMessage>());
        agent.Say(reregistration.Clone());
        await Node.SettleAsync();
        SlaveReregisteredMessage answer = agent.Take<SlaveReregisteredMessage>().Single();
        Assert.That(answer.SlaveId.Value, Is.EqualTo(agent.AgentId));
        Assert.That(answer.Reconciliations, Is.Empty);

        scheduler.Subscribe(force: false);
        await Node.SettleAsync();
        Assert.That(scheduler.Take<FrameworkRegisteredMessage>().Single().FrameworkId, Is.EqualTo(scheduler.FrameworkId), "as a new one is told");
        scheduler.Make(Call.Types.Type.Reconcile, call => call.Reconcile = new Call.Types.Reconcile());
        await Node.SettleAsync();
        TaskStatus status = scheduler.Take<StatusUpdateMessage>().Single().Update.Status;
        Assert.That((status.TaskId, status.State), Is.EqualTo((task.TaskId, TaskState.TaskRunning)));

        await Node.AdvanceAsync(Window);
        Assert.That(scheduler.Take<LostSlaveMessage>(), Is.Empty);
        Assert.That(await MetricAsync("master/recovery_slave_removals"), Is.Zero);
    }

    [Test]
    public async Task What_an_agent_may_still_tell_is_not_answered_before_its_time_is_over()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync(s => s.With(Capability.PartitionAware));
        await ReregistrationAsync(agent, scheduler, task);
        await RestartMasterAsync();
        scheduler.Subscribe(force: false);
        await Node.SettleAsync();
        scheduler.Take();
        Reconcile(scheduler, task, agent.Info.Id);
        Reconcile(scheduler, task, agentId: null);
        await Node.SettleAsync();
        Assert.That(scheduler.Take(), Is.Empty);

        await Node.AdvanceAsync(Window);
        Assert.That(scheduler.TakeOnly<LostSlaveMessage>().SlaveId, Is.EqualTo(agent.Info.Id));
        Reconcile(scheduler, task, agent.Info.Id);
        await Node.SettleAsync();
        Assert.That(scheduler.TakeOnly<StatusUpdateMessage>().Update.Status.State, Is.EqualTo(TaskState.TaskUnreachable));
        Assert.That(await MetricAsync("master/recovery_slave_removals"), Is.EqualTo(1));
        Assert.That(await MetricAsync("master/slave_unreachable_completed"), Is.EqualTo(1));
        Assert.That(await MetricAsync("master/slaves_unreachable"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_agent_that_returns_too_late_is_let_in_and_its_tasks_live_again()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync(s => s.With(Capability.PartitionAware));
        ReregisterSlaveMessage reregistration = await ReregistrationAsync(agent, scheduler, task);
        await RestartMasterAsync();
        scheduler.Subscribe(force: false);
        await Node.AdvanceAsync(Window);
        scheduler.Take();
        agent.Say(reregistration.Clone());
        await Node.SettleAsync();
        TaskStatus status = scheduler.Take<StatusUpdateMessage>().Single().Update.Status;
        Assert.That((status.State, status.Reason), Is.EqualTo((TaskState.TaskRunning, Reason.SlaveReregistered)));
        Assert.That(await MetricAsync("master/slaves_unreachable"), Is.Zero);

        // The next master expects it again.
        await RestartMasterAsync();
        agent.Say(reregistration.Clone());
        await Node.SettleAsync();
        Assert.That(agent.Take<SlaveReregisteredMessage>(), Is.Not.Empty);
    }

    [Test]
    public async Task Too_many_agents_that_stay_away_end_the_master_instead()
    {
        await AgentAsync("slave(1)");
        await AgentAsync("slave(2)", agent => agent.Info.Port++);
        options = options with { RecoveryAgentRemovalLimit = 0.5 };
        await RestartMasterAsync();
        await Node.AdvanceAsync(Window);
        Assert.That(
            async () => await Completion,
            Throws.InstanceOf<IOException>().With.Message.StartsWith("2 of 2 agents of the registry did not come back within 10mins"));
    }

    [Test]
    public async Task Agents_are_given_up_no_faster_than_allowed_and_one_that_returns_meanwhile_stays()
    {
        FakeAgent first = await AgentAsync("slave(1)");
        FakeAgent second = await AgentAsync("slave(2)", agent => agent.Info.Port++);
        options = options with { AgentRemovalRateLimit = new LibProcess.Futures.RateLimit(1, TimeSpan.FromMinutes(20)) };
        await RestartMasterAsync();
        await Node.AdvanceAsync(Window);
        Assert.That(await MetricAsync("master/slave_unreachable_scheduled"), Is.EqualTo(2));
        Assert.That(await MetricAsync("master/slaves_unreachable"), Is.EqualTo(1));
        second.Say(second.Reregistration());
        first.Say(first.Reregistration());
        await Node.AdvanceAsync(TimeSpan.FromMinutes(20));
        Assert.That(await MetricAsync("master/slaves_connected"), Is.EqualTo(2));
        Assert.That(await MetricAsync("master/slave_unreachable_canceled"), Is.EqualTo(1));
        Assert.That(await MetricAsync("master/recovery_slave_removals"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_silent_agent_that_answers_while_it_waits_to_be_given_up_stays()
    {
        options = options with { AgentRemovalRateLimit = new LibProcess.Futures.RateLimit(1, TimeSpan.FromHours(1)) };
        await RestartMasterAsync();
        FakeAgent first = await AgentAsync("slave(1)", agent => agent.Pongs = false);
        FakeAgent second = await AgentAsync("slave(2)", agent => agent.Pongs = false);
        await PassAsync(TimeSpan.FromSeconds(75));
        Assert.That(await MetricAsync("master/slave_unreachable_scheduled"), Is.EqualTo(2));
        Assert.That(await MetricAsync("master/slaves_unreachable"), Is.EqualTo(1));
        (first.Pongs, second.Pongs) = (true, true);
        await PassAsync(TimeSpan.FromMinutes(1));
        Assert.That(await MetricAsync("master/slave_unreachable_canceled"), Is.EqualTo(1));
        await PassAsync(TimeSpan.FromHours(1));
        Assert.That(await MetricAsync("master/slaves_connected"), Is.EqualTo(1));
    }

    [Test]
    public async Task Agents_are_forgotten_that_are_away_for_long_or_too_many()
    {
        options = options with { RegistryMaxAgentAge = TimeSpan.FromHours(1) };
        await RestartMasterAsync();
        FakeAgent agent = await AgentAsync();
        agent.Pongs = false;
        await PassAsync(TimeSpan.FromSeconds(90));
        Assert.That(await MetricAsync("master/slaves_unreachable"), Is.EqualTo(1));
        await PassAsync(TimeSpan.FromHours(1.3));
        Assert.That(await MetricAsync("master/slaves_unreachable"), Is.Zero);
        await RestartMasterAsync();
        Assert.That(await MetricAsync("master/slaves_unreachable"), Is.Zero, "in the registry too");

        var entries = Enumerable.Range(0, 5).ToDictionary(i => $"S{i}", i => new TimeInfo { Nanoseconds = i * 60L * 1_000_000_000 });
        DateTimeOffset now = DateTimeOffset.UnixEpoch + TimeSpan.FromMinutes(5);
        Assert.That(RegistryGc.Select(entries, now, new MasterOptions { RegistryMaxAgentCount = 3 }), Is.EqualTo(new[] { "S0", "S1" }));
        Assert.That(
            RegistryGc.Select(entries, now, new MasterOptions { RegistryMaxAgentAge = TimeSpan.FromMinutes(2) }), Is.EqualTo(new[] { "S0", "S1", "S2" }));
    }

    private async Task<ReregisterSlaveMessage> ReregistrationAsync(FakeAgent agent, FakeScheduler scheduler, TaskInfo task)
    {
        ReregisterSlaveMessage message = agent.Reregistration(new Proto.Task
        {
            Name = task.Name,
            TaskId = task.TaskId,
            FrameworkId = scheduler.FrameworkId,
            SlaveId = agent.Info.Id,
            State = TaskState.TaskRunning,
            Resources = { Mesos.Common.Resources.From(task.Resources).Allocate("*") },
        });
        FrameworkInfo framework = scheduler.Info.Clone();
        framework.FailoverTimeout = 3600;
        scheduler.Info = framework;
        message.Frameworks.Add(framework.Clone());
        await Node.SettleAsync();
        return message;
    }

    private static void Reconcile(FakeScheduler scheduler, TaskInfo task, SlaveID? agentId) =>
        scheduler.Make(Call.Types.Type.Reconcile, call =>
        {
            call.Reconcile = new Call.Types.Reconcile();
            call.Reconcile.Tasks.Add(new Call.Types.Reconcile.Types.Task { TaskId = task.TaskId, SlaveId = agentId });
        });
}
