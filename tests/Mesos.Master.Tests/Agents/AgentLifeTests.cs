using Google.Protobuf;
using Mesos.Common;
using Mesos.Master.Tests.Peers;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using Capability = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;
using Reason = Mesos.Proto.TaskStatus.Types.Reason;

namespace Mesos.Master.Tests.Agents;

public sealed class AgentLifeTests : MasterTest
{
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(15);

    [Test]
    public async Task A_registered_agent_that_asks_again_gets_the_same_id()
    {
        FakeAgent agent = await AgentAsync();
        string id = agent.AgentId;
        agent.Info.Id = null;
        agent.Register();
        await Node.SettleAsync();
        Assert.That(agent.AgentId, Is.EqualTo(id));
        Assert.That((await AgentAsync("slave(2)")).AgentId, Is.EqualTo($"{Info.Id}-S1"));
    }

    private static IEnumerable<TestCaseData> Invalid()
    {
        yield return Case("a version that is none", agent => agent.Register("soon"));
        yield return Case("a version that is too old", agent => agent.Register("0.28.2"));
        yield return Case("a negative resource", agent =>
        {
            agent.Info.Resources[0].Scalar.Value = -1;
            agent.Register();
        });
        yield return Case("refined reservations", agent =>
        {
            agent.Info.Resources.Add(Resources.Parse("cpus(a):1").PushReservation(new Resource.Types.ReservationInfo
            {
                Type = Resource.Types.ReservationInfo.Types.Type.Dynamic,
                Role = "a/b",
            }));
            agent.Register();
        });
        yield return Case("checkpointed resources without checkpoints", agent =>
        {
            agent.Info.Checkpoint = false;
            agent.Say(new RegisterSlaveMessage { Slave = agent.Info.Clone(), Version = "1.12.0", CheckpointedResources = { Resources.Parse("cpus:1") } });
        });

        static TestCaseData Case(string name, Action<FakeAgent> act) => new TestCaseData(act).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Invalid))]
    public async Task A_wrong_registration_is_not_answered(Action<FakeAgent> act)
    {
        FakeAgent agent = Node.Spawn(new FakeAgent(Node.Manager, Master.Self));
        act(agent);
        await Node.SettleAsync();
        Assert.That(agent.Info.Id, Is.Null);
        Assert.That(agent.Take(), Is.Empty);
    }

    [Test]
    public async Task An_agent_is_pinged_at_once_and_then_every_fifteen_seconds()
    {
        FakeAgent agent = await AgentAsync();
        Assert.That(agent.Pings.Select(ping => ping.Connected), Is.EqualTo(new[] { true }));
        await Node.AdvanceAsync(Ping);
        await Node.AdvanceAsync(Ping);
        Assert.That(agent.Pings, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Five_missed_pings_end_in_an_unreachable_agent_and_its_framework_hears_in_order()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync(s => s.With(Capability.PartitionAware));
        await Node.AdvanceAsync(TimeSpan.FromSeconds(6));
        OnlyOffer(scheduler);
        agent.Pongs = false;

        // The first ping was answered; the fifth after it has its fifteen seconds too.
        for (int i = 0; i < 6; i++)
        {
            Assert.That(scheduler.Take(), Is.Empty, $"{i} times fifteen seconds later");
            await Node.AdvanceAsync(Ping);
        }

        IReadOnlyList<IMessage> heard = scheduler.Take();
        Assert.That(
            heard.Select(message => message.Descriptor.Name),
            Is.EqualTo(new[] { "StatusUpdateMessage", "RescindResourceOfferMessage", "LostSlaveMessage" }));
        var update = (StatusUpdateMessage)heard[0];
        Assert.That(update.Pid, Is.EqualTo("@0.0.0.0:0"));
        Assert.That(update.Update.HasUuid, Is.False);
        Assert.That(update.Update.Status.TaskId, Is.EqualTo(task.TaskId));
        Assert.That(update.Update.Status.State, Is.EqualTo(TaskState.TaskUnreachable));
        Assert.That(update.Update.Status.Reason, Is.EqualTo(Reason.SlaveRemoved));
        Assert.That(update.Update.Status.Message, Is.EqualTo("health check timed out"));
        Assert.That(update.Update.Status.UnreachableTime, Is.Not.Null);
        Assert.That(agent.Take(), Is.Empty, "the agent is not told");
    }

    [Test]
    public async Task A_pong_in_time_starts_the_count_again()
    {
        FakeAgent agent = await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync();
        scheduler.Take();
        for (int round = 0; round < 3; round++)
        {
            agent.Pongs = false;
            for (int i = 0; i < 4; i++)
            {
                await Node.AdvanceAsync(Ping);
            }

            agent.Pongs = true;
            await Node.AdvanceAsync(Ping);
        }

        Assert.That(scheduler.Take(), Is.Empty);
    }

    [Test]
    public async Task An_unreachable_agent_comes_back_with_its_tasks()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync(s => s.With(Capability.PartitionAware));
        agent.Pongs = false;
        await AdvancePingsAsync(6);
        scheduler.Take();
        scheduler.Make(Call.Types.Type.Reconcile, call =>
        {
            call.Reconcile = new Call.Types.Reconcile();
            call.Reconcile.Tasks.Add(new Call.Types.Reconcile.Types.Task { TaskId = task.TaskId.Clone(), SlaveId = agent.Info.Id.Clone() });
        });
        await Node.SettleAsync();
        TaskStatus status = scheduler.TakeOnly<StatusUpdateMessage>().Update.Status;
        Assert.That((status.State, status.Message), Is.EqualTo((TaskState.TaskUnreachable, "Reconciliation: Task is unreachable")));

        agent.Pongs = true;
        ReregisterSlaveMessage message = agent.Reregistration(TaskOn(agent, scheduler, task));
        message.Frameworks.Add(scheduler.Info.Clone());
        agent.Say(message);
        await Node.SettleAsync();
        Assert.That(Names(agent), Is.EqualTo(new[] { "SlaveReregisteredMessage", "UpdateFrameworkMessage" }));
        IReadOnlyList<IMessage> heard = scheduler.Take();
        status = ((StatusUpdateMessage)heard[0]).Update.Status;
        Assert.That(status.State, Is.EqualTo(TaskState.TaskRunning));
        Assert.That(status.Reason, Is.EqualTo(Reason.SlaveReregistered));
        Assert.That(status.Message, Is.EqualTo("Unreachable agent re-reregistered"));
        Offer offer = ((ResourceOffersMessage)heard[1]).Offers.Single();
        Assert.That(offer.Resources.Single(resource => resource.Name == "cpus").Scalar.Value, Is.EqualTo(3.5));
    }

    [Test]
    public async Task An_agent_nobody_knows_brings_its_frameworks_along()
    {
        FakeAgent agent = Node.Spawn(new FakeAgent(Node.Manager, Master.Self));
        agent.Info.Id = new SlaveID { Value = "earlier-S3" };
        FakeScheduler scheduler = Scheduler();
        scheduler.Info.Id = new FrameworkID { Value = "earlier-0001" };
        TaskInfo task = FakeScheduler.Task(new Offer { SlaveId = agent.Info.Id });
        ReregisterSlaveMessage message = agent.Reregistration(TaskOn(agent, scheduler, task));
        message.Frameworks.Add(scheduler.Info.Clone());
        agent.Say(message);
        await Node.SettleAsync();
        Assert.That(agent.TakeOnly<SlaveReregisteredMessage>().SlaveId.Value, Is.EqualTo("earlier-S3"));

        scheduler.Subscribe(force: false);
        await Node.SettleAsync();
        Assert.That(scheduler.Take()[0], Is.InstanceOf<FrameworkRegisteredMessage>());
        agent.TakeOnly<UpdateFrameworkMessage>();
        scheduler.Make(Call.Types.Type.Kill, call => call.Kill = new Call.Types.Kill { TaskId = task.TaskId });
        await Node.SettleAsync();
        agent.TakeOnly<KillTaskMessage>();
    }

    [Test]
    public async Task A_known_agent_is_asked_about_tasks_it_does_not_list_and_told_to_kill_again()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo kept) = await RunningTaskAsync();
        await Node.AdvanceAsync(TimeSpan.FromSeconds(6));
        Offer offer = OnlyOffer(scheduler);
        TaskInfo lost = FakeScheduler.Task(offer, "task-2");
        scheduler.Launch(offer, lost);
        scheduler.Make(Call.Types.Type.Kill, call => call.Kill = new Call.Types.Kill { TaskId = kept.TaskId });
        await Node.SettleAsync();
        agent.Take();

        ReregisterSlaveMessage message = agent.Reregistration(TaskOn(agent, scheduler, kept));
        message.Frameworks.Add(scheduler.Info.Clone());
        agent.Say(message);
        await Node.SettleAsync();
        IReadOnlyList<IMessage> answers = agent.Take();
        Assert.That(
            answers.Select(answer => answer.Descriptor.Name),
            Is.EqualTo(new[] { "SlaveReregisteredMessage", "KillTaskMessage", "UpdateFrameworkMessage" }));
        ReconcileTasksMessage question = ((SlaveReregisteredMessage)answers[0]).Reconciliations.Single();
        Assert.That(question.Statuses.Single().TaskId, Is.EqualTo(lost.TaskId));
        Assert.That(question.Statuses.Single().State, Is.EqualTo(TaskState.TaskStaging));
        Assert.That(question.Framework.Name, Is.EqualTo("test"));
        Assert.That(((KillTaskMessage)answers[1]).TaskId, Is.EqualTo(kept.TaskId));
    }

    [Test]
    public async Task An_agent_that_comes_back_under_another_name_is_shut_down()
    {
        FakeAgent agent = await AgentAsync();
        agent.Info.Hostname = "other.example";
        agent.Say(agent.Reregistration());
        await Node.SettleAsync();
        Assert.That(
            agent.TakeOnly<ShutdownMessage>().Message,
            Is.EqualTo("Agent attempted to reregister with different IP / hostname"));
    }

    [Test]
    public async Task A_disconnected_agent_loses_frameworks_without_checkpoints_and_later_becomes_unreachable()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        await Node.AdvanceAsync(TimeSpan.FromSeconds(6));
        OnlyOffer(scheduler);
        agent.Terminate();
        await Node.SettleAsync();
        IReadOnlyList<IMessage> heard = scheduler.Take();
        Assert.That(heard.Select(message => message.Descriptor.Name), Is.EqualTo(new[] { "RescindResourceOfferMessage", "StatusUpdateMessage" }));
        TaskStatus status = ((StatusUpdateMessage)heard[1]).Update.Status;
        Assert.That(status.TaskId, Is.EqualTo(task.TaskId));
        Assert.That(
            (status.State, status.Reason, status.Message),
            Is.EqualTo((TaskState.TaskLost, Reason.SlaveDisconnected, "Agent agent.example disconnected")));

        await AdvancePingsAsync(5);
        Assert.That(scheduler.Take(), Is.Empty);
        await AdvancePingsAsync(1);
        scheduler.TakeOnly<LostSlaveMessage>();
    }

    [Test]
    public async Task A_disconnected_agent_keeps_checkpointing_frameworks_and_is_offered_again_when_back()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync(s => s.Info.Checkpoint = true);
        agent.Terminate();
        await Node.SettleAsync();
        Assert.That(scheduler.Take(), Is.Empty);

        // Kills wait for the agent.
        scheduler.Make(Call.Types.Type.Kill, call => call.Kill = new Call.Types.Kill { TaskId = task.TaskId });
        await Node.SettleAsync();
        FakeAgent again = Node.Spawn(new FakeAgent(Node.Manager, Master.Self));
        again.Info.Id = agent.Info.Id;
        ReregisterSlaveMessage message = again.Reregistration(TaskOn(again, scheduler, task));
        message.Frameworks.Add(scheduler.Info.Clone());
        again.Say(message);
        await Node.SettleAsync();
        Assert.That(Names(again), Is.EqualTo(new[] { "SlaveReregisteredMessage", "KillTaskMessage", "UpdateFrameworkMessage" }));
        await Node.AdvanceAsync(TimeSpan.FromSeconds(6));
        OnlyOffer(scheduler);
    }

    [Test]
    public async Task A_new_agent_at_the_address_of_a_disconnected_one_takes_its_place()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync(s => s.Info.Checkpoint = true);
        agent.Terminate();
        await Node.SettleAsync();
        FakeAgent fresh = Node.Spawn(new FakeAgent(Node.Manager, Master.Self));
        fresh.Register();
        await Node.SettleAsync();
        Assert.That(fresh.AgentId, Is.EqualTo($"{Info.Id}-S1"));
        IReadOnlyList<IMessage> heard = scheduler.Take();
        TaskStatus status = ((StatusUpdateMessage)heard[0]).Update.Status;
        Assert.That(status.TaskId, Is.EqualTo(task.TaskId));
        Assert.That(status.State, Is.EqualTo(TaskState.TaskLost));
        Assert.That(status.Message, Is.EqualTo("Agent agent.example removed: a new agent registered at the same address"));
        Assert.That(((LostSlaveMessage)heard[1]).SlaveId, Is.EqualTo(agent.Info.Id));
        Assert.That(((ResourceOffersMessage)heard[2]).Offers.Single().SlaveId, Is.EqualTo(fresh.Info.Id));
    }

    [Test]
    public async Task An_agent_that_leaves_is_removed()
    {
        (FakeAgent agent, FakeScheduler scheduler, _) = await RunningTaskAsync();
        FakeAgent stranger = await AgentAsync("slave(2)");
        scheduler.Take();
        stranger.Say(new UnregisterSlaveMessage { SlaveId = agent.Info.Id.Clone() });
        await Node.SettleAsync();
        Assert.That(scheduler.Take(), Is.Empty);

        agent.Say(new UnregisterSlaveMessage { SlaveId = agent.Info.Id.Clone() });
        await Node.SettleAsync();
        IReadOnlyList<IMessage> heard = scheduler.Take();
        Assert.That(((StatusUpdateMessage)heard[0]).Update.Status.Message, Is.EqualTo("Agent agent.example removed: the agent unregistered"));
        Assert.That(heard[^1], Is.InstanceOf<LostSlaveMessage>());
    }

    [Test]
    public async Task Tasks_whose_role_cannot_be_told_refuse_the_re_registration()
    {
        FakeAgent agent = Node.Spawn(new FakeAgent(Node.Manager, Master.Self));
        agent.Info.Id = new SlaveID { Value = "earlier-S3" };
        FakeScheduler scheduler = Scheduler();
        scheduler.Info.Id = new FrameworkID { Value = "earlier-0001" };
        scheduler.With(Capability.MultiRole);
        scheduler.Info.Roles.Add(["a", "b"]);
        Proto.Task task = TaskOn(agent, scheduler, FakeScheduler.Task(new Offer { SlaveId = agent.Info.Id }));
        foreach (Resource resource in task.Resources)
        {
            resource.AllocationInfo = null;
        }

        ReregisterSlaveMessage message = agent.Reregistration(task);
        message.Frameworks.Add(scheduler.Info.Clone());
        agent.Say(message.Clone());
        await Node.SettleAsync();
        Assert.That(agent.Take(), Is.Empty);

        // With one role it can be told.
        message.Frameworks[0].Roles.RemoveAt(1);
        agent.Say(message);
        await Node.SettleAsync();
        agent.TakeOnly<SlaveReregisteredMessage>();
    }

    [Test]
    public async Task Frameworks_that_ended_are_shut_down_on_agents_that_come_back_with_them()
    {
        (FakeAgent agent, FakeScheduler scheduler, TaskInfo task) = await RunningTaskAsync();
        scheduler.Make(Call.Types.Type.Teardown);
        await Node.SettleAsync();
        agent.Take();
        ReregisterSlaveMessage message = agent.Reregistration(TaskOn(agent, scheduler, task));
        message.Frameworks.Add(scheduler.Info.Clone());
        agent.Say(message);
        await Node.SettleAsync();
        Assert.That(Names(agent), Is.EqualTo(new[] { "SlaveReregisteredMessage", "ShutdownFrameworkMessage" }));
    }

    [Test]
    public async Task Oversubscribed_resources_are_offered_to_those_that_want_them()
    {
        FakeAgent agent = await AgentAsync();
        FakeScheduler scheduler = await SubscribedAsync(prepare: s => s.With(Capability.RevocableResources));
        scheduler.Decline(OnlyOffer(scheduler), 1000);
        await Node.SettleAsync();
        var update = new UpdateSlaveMessage { SlaveId = agent.Info.Id.Clone(), UpdateOversubscribedResources = true };
        Resource revocable = Resources.Parse("cpus:2").Single().Clone();
        revocable.Revocable = new Resource.Types.RevocableInfo();
        update.OversubscribedResources.Add(revocable);
        agent.Say(update);
        await Node.SettleAsync();
        Offer offer = OnlyOffer(scheduler);
        Assert.That(offer.Resources.Single(resource => resource.Revocable is not null).Scalar.Value, Is.EqualTo(2));

        agent.Say(new UpdateSlaveMessage { SlaveId = agent.Info.Id.Clone(), UpdateOversubscribedResources = true });
        await Node.SettleAsync();
        Assert.That(scheduler.Take<RescindResourceOfferMessage>().Single().OfferId, Is.EqualTo(offer.Id));
    }

    private async Task AdvancePingsAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Node.AdvanceAsync(Ping);
        }
    }

    private static Proto.Task TaskOn(FakeAgent agent, FakeScheduler scheduler, TaskInfo task)
    {
        var running = new Proto.Task
        {
            Name = task.Name,
            TaskId = task.TaskId.Clone(),
            FrameworkId = scheduler.FrameworkId.Clone(),
            SlaveId = agent.Info.Id.Clone(),
            State = TaskState.TaskRunning,
        };
        running.Resources.Add(Resources.From(task.Resources).Allocate("*"));
        return running;
    }

    private static IEnumerable<string> Names(FakePeer peer) => peer.Take().Select(message => message.Descriptor.Name);
}
