using Google.Protobuf;
using Mesos.Master.Agents;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Maintenance;
using Capability = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;
using Reason = Mesos.Proto.TaskStatus.Types.Reason;

namespace Mesos.Master.Tests.Agents;

/// <summary>What operators wish of agents and machines.</summary>
public sealed class OperatorTests : MasterTest
{
    private static readonly OperatorAnswer Done = OperatorAnswer.Done;

    [TestCase(true, TaskState.TaskGoneByOperator, Reason.SlaveRemovedByOperator)]
    [TestCase(false, TaskState.TaskLost, Reason.SlaveRemoved)]
    public async Task A_gone_agent_is_told_to_end_and_never_comes_back(bool aware, TaskState expected, Reason reason)
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync(s => s.With(aware ? [Capability.PartitionAware] : []));
        Assert.That(await AskAsync(Master.MarkAgentGoneAsync(agent.AgentId)), Is.EqualTo(Done));
        Assert.That(agent.TakeOnly<ShutdownMessage>().Message, Is.EqualTo("Agent has been marked gone"));
        IReadOnlyList<IMessage> heard = scheduler.Take();
        Assert.That(heard.Select(message => message.Descriptor.Name), Is.EqualTo(new[] { "StatusUpdateMessage", "LostSlaveMessage" }));
        TaskStatus status = ((StatusUpdateMessage)heard[0]).Update.Status;
        Assert.That((status.State, status.Reason, status.Message), Is.EqualTo((expected, reason, "Agent has been marked gone")));
        Assert.That(await AskAsync(Master.MarkAgentGoneAsync(agent.AgentId)), Is.EqualTo(Done), "it is so already");

        await RestartMasterAsync();
        agent.Say(agent.Reregistration());
        await Node.SettleAsync();
        Assert.That(agent.TakeOnly<ShutdownMessage>().Message, Is.EqualTo("Agent has been marked gone"));
    }

    [Test]
    public async Task An_unreachable_agent_that_is_gone_ends_its_tasks()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync(s => s.With(Capability.PartitionAware));
        agent.Pongs = false;
        await PassAsync(TimeSpan.FromSeconds(90));
        Assert.That(scheduler.Take<StatusUpdateMessage>().Single().Update.Status.State, Is.EqualTo(TaskState.TaskUnreachable));
        Assert.That(await AskAsync(Master.MarkAgentGoneAsync(agent.AgentId)), Is.EqualTo(Done));
        TaskStatus status = scheduler.TakeOnly<StatusUpdateMessage>().Update.Status;
        Assert.That((status.TaskId, status.State), Is.EqualTo((task.TaskId, TaskState.TaskGoneByOperator)));
    }

    /// <summary>The original keeps waiting for such an agent, and ends when its time is over.</summary>
    [Test]
    public async Task An_agent_can_be_gone_that_has_not_come_back_to_a_new_master()
    {
        FakeAgent agent = await AgentAsync();
        await RestartMasterAsync();
        Assert.That(await AskAsync(Master.MarkAgentGoneAsync(agent.AgentId)), Is.EqualTo(Done));
        await Node.AdvanceAsync(TimeSpan.FromMinutes(11));
        Assert.That(Completion.IsCompleted, Is.False);
        Assert.That(await MetricAsync("master/slaves_unreachable"), Is.Zero);
    }

    [Test]
    public async Task Nobody_knows_an_unknown_agent()
    {
        Assert.That((await AskAsync(Master.MarkAgentGoneAsync("x"))).Result, Is.EqualTo(OperatorResult.NotFound));
        Assert.That((await AskAsync(Master.DrainAgentAsync("x", new DrainConfig()))).Message, Is.EqualTo("Unknown agent"));
        Assert.That((await AskAsync(Master.DeactivateAgentAsync("x"))).Message, Is.EqualTo("Unknown agent"));
        Assert.That((await AskAsync(Master.ReactivateAgentAsync("x"))).Message, Is.EqualTo("Agent is not deactivated"));
    }

    [Test]
    public async Task An_agent_drains_until_its_last_task_is_acknowledged_and_is_offered_again_only_when_wanted()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        var config = new DrainConfig { MaxGracePeriod = new DurationInfo { Nanoseconds = 5 } };
        Assert.That(await AskAsync(Master.DrainAgentAsync(agent.AgentId, config)), Is.EqualTo(Done));
        Assert.That(agent.TakeOnly<DrainSlaveMessage>().Config, Is.EqualTo(config));
        Assert.That((await AskAsync(Master.ReactivateAgentAsync(agent.AgentId))).Message, Is.EqualTo("Agent is still in the DRAINING state"));
        scheduler.Take();
        StatusUpdate update = agent.Report(task, scheduler.FrameworkId, TaskState.TaskKilled);
        await Node.SettleAsync();
        scheduler.Take();
        scheduler.Acknowledge(update);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(scheduler.Take<ResourceOffersMessage>(), Is.Empty);

        // A new master remembers, and tells the agent again.
        agent.Take();
        await RestartMasterAsync();
        agent.Say(agent.Reregistration());
        scheduler.Subscribe(force: false);
        await Node.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.That(
            agent.Take().Where(message => message is DrainSlaveMessage or SlaveReregisteredMessage).Select(message => message.Descriptor.Name),
            Is.EqualTo(new[] { "DrainSlaveMessage", "SlaveReregisteredMessage" }));
        Assert.That(scheduler.Take<ResourceOffersMessage>(), Is.Empty);
        Assert.That(await AskAsync(Master.ReactivateAgentAsync(agent.AgentId)), Is.EqualTo(Done));
        await Node.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.That(scheduler.Take<ResourceOffersMessage>(), Is.Not.Empty);
    }

    [Test]
    public async Task An_agent_is_gone_after_it_drained_where_that_was_wanted()
    {
        FakeAgent agent = await AgentAsync();
        Assert.That(await AskAsync(Master.DrainAgentAsync(agent.AgentId, new DrainConfig { MarkGone = true })), Is.EqualTo(Done));
        Assert.That(agent.Take().Select(message => message.Descriptor.Name), Is.EqualTo(new[] { "DrainSlaveMessage", "ShutdownMessage" }));
        agent.Say(agent.Reregistration());
        await Node.SettleAsync();
        agent.TakeOnly<ShutdownMessage>();
    }

    [Test]
    public async Task An_agent_that_cannot_drain_is_not_drained()
    {
        FakeAgent agent = await AgentAsync(prepare: a => a.Capabilities.Remove(SlaveInfo.Types.Capability.Types.Type.AgentDraining));
        OperatorAnswer answer = await AskAsync(Master.DrainAgentAsync(agent.AgentId, new DrainConfig()));
        Assert.That(answer, Is.EqualTo(new OperatorAnswer(OperatorResult.Invalid, $"Agent {agent.AgentId} is not capable of draining")));
    }

    [Test]
    public async Task A_deactivated_agent_keeps_its_tasks_and_gets_no_offers_also_after_it_was_away()
    {
        FakeAgent agent = await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync();
        await Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        scheduler.Take();
        Assert.That(await AskAsync(Master.DeactivateAgentAsync(agent.AgentId)), Is.EqualTo(Done));
        scheduler.TakeOnly<RescindResourceOfferMessage>();
        agent.Pongs = false;
        await PassAsync(TimeSpan.FromSeconds(90));
        Assert.That(await MetricAsync("master/slaves_unreachable"), Is.EqualTo(1));
        agent.Say(agent.Reregistration());
        await Node.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.That(await MetricAsync("master/slaves_inactive"), Is.EqualTo(1));
        Assert.That(scheduler.Take<ResourceOffersMessage>(), Is.Empty);
    }

    [Test]
    public async Task Machines_are_taken_down_with_their_agents_and_brought_up_again()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync();
        var machine = new MachineID { Hostname = agent.Info.Hostname, Ip = agent.Self.Address.ToIPAddress().ToString() };
        Assert.That((await AskAsync(Master.StartMaintenanceAsync([machine]))).Message, Does.EndWith("is not in DRAINING mode and cannot be brought down"));
        var schedule = new Schedule
        {
            Windows = { new Window { MachineIds = { machine }, Unavailability = new Unavailability { Start = new TimeInfo { Nanoseconds = 1 } } } },
        };
        Assert.That(await AskAsync(Master.UpdateMaintenanceScheduleAsync(schedule)), Is.EqualTo(Done));
        Assert.That(await AskAsync(Master.StartMaintenanceAsync([machine])), Is.EqualTo(Done));
        Assert.That(agent.TakeOnly<ShutdownMessage>().Message, Is.EqualTo("Operator initiated 'Machine DOWN'"));
        TaskStatus status = scheduler.Take<StatusUpdateMessage>().Single().Update.Status;
        Assert.That(
            (status.State, status.Message),
            Is.EqualTo((TaskState.TaskLost, "Agent agent.example removed: Operator initiated 'Machine DOWN'")));

        await RestartMasterAsync();
        agent.Say(agent.Reregistration());
        agent.Info.Id = null;
        agent.Register();
        await Node.SettleAsync();
        Assert.That(agent.Take<ShutdownMessage>().Select(message => message.Message), Is.EqualTo(new[] { "Machine is `DOWN`", "Machine is `DOWN`" }));
        Assert.That((await AskAsync(Master.UpdateMaintenanceScheduleAsync(new Schedule()))).Message, Does.EndWith("cannot be removed from the schedule"));
        Assert.That(await AskAsync(Master.StopMaintenanceAsync([machine])), Is.EqualTo(Done));
        agent.Register();
        await Node.SettleAsync();
        Assert.That(agent.Info.Id, Is.Not.Null);
    }
}
