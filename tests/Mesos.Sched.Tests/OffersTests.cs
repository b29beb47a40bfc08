using System.Text;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched.Tests;

/// <summary>Offers, what is done with them, and the messages to executors that follow from them.</summary>
[TestFixture]
internal sealed class OffersTests
{
    private static readonly OfferID Offer1 = new() { Value = "offer-1" };
    private static readonly ExecutorID Executor1 = new() { Value = "executor-1" };

    private static TaskInfo Task1 => new()
    {
        Name = "task",
        TaskId = new TaskID { Value = "task-1" },
        SlaveId = FakeMaster.AgentId,
        Command = new CommandInfo { Value = "true" },
    };

    private static Call Expected(Call.Types.Type type) => new() { Type = type, FrameworkId = FakeMaster.FrameworkId };

    [Test]
    public async Task Offers_are_told_and_launched_on()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Master.TellOffer(conversation.Agent.Self.ToString());
        IReadOnlyList<Offer> offers = await conversation.Scheduler.NextAsync<IReadOnlyList<Offer>>(nameof(IScheduler.ResourceOffers));
        Assert.That(offers, Is.EqualTo(new[] { FakeMaster.Offer() }));

        TaskInfo task = Task1;
        conversation.Driver.LaunchTasks(Offer1, [task]);
        task.TaskId.Value = "changed after the call";
        Call expected = Expected(Call.Types.Type.Accept);
        expected.Accept = new Call.Types.Accept
        {
            OfferIds = { Offer1 },
            Operations =
            {
                new Offer.Types.Operation
                {
                    Type = Offer.Types.Operation.Types.Type.Launch,
                    Launch = new Offer.Types.Operation.Types.Launch { TaskInfos = { Task1 } },
                },
            },
            Filters = new Filters(),
        };
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(expected));
    }

    [Test]
    public async Task Launching_nothing_declines_and_filters_travel()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Driver.LaunchTasks([Offer1, new OfferID { Value = "offer-2" }], [], new Filters { RefuseSeconds = 7 });
        Call call = await conversation.Master.NextCallAsync(Call.Types.Type.Accept);
        Assert.That(call.Accept.OfferIds.Select(id => id.Value), Is.EqualTo(new[] { "offer-1", "offer-2" }));
        Assert.That(call.Accept.Operations.Single().Launch.TaskInfos, Is.Empty);
        Assert.That(call.Accept.Filters.RefuseSeconds, Is.EqualTo(7));

        conversation.Driver.DeclineOffer(Offer1);
        Call expected = Expected(Call.Types.Type.Decline);
        expected.Decline = new Call.Types.Decline { OfferIds = { Offer1 }, Filters = new Filters() };
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(expected));
    }

    [Test]
    public async Task Operations_are_accepted_in_sequence()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        Offer.Types.Operation[] operations =
        [
            new() { Type = Offer.Types.Operation.Types.Type.Reserve, Reserve = new Offer.Types.Operation.Types.Reserve() },
            new() { Type = Offer.Types.Operation.Types.Type.Unreserve, Unreserve = new Offer.Types.Operation.Types.Unreserve() },
        ];
        conversation.Driver.AcceptOffers([Offer1], operations);
        Call call = await conversation.Master.NextCallAsync(Call.Types.Type.Accept);
        Assert.That(call.Accept.Operations, Is.EqualTo(operations));
    }

    [Test]
    public async Task An_operation_with_an_id_is_refused()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        var operation = new Offer.Types.Operation
        {
            Type = Offer.Types.Operation.Types.Type.Reserve,
            Id = new OperationID { Value = "x" },
        };
        Assert.That(() => conversation.Driver.AcceptOffers([Offer1], [operation]), Throws.ArgumentException);
    }

    [Test]
    public async Task A_task_that_a_master_would_drop_without_a_word_is_refused()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        Assert.That(
            () => conversation.Driver.LaunchTasks(Offer1, [new TaskInfo { Name = "nameless" }]),
            Throws.ArgumentException.With.Message.Contains("task_id").And.Message.Contains("slave_id"));
    }

    [Test]
    public async Task A_list_of_agents_of_another_length_drops_the_offers()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Master.Tell(new ResourceOffersMessage { Offers = { FakeMaster.Offer() } });
        conversation.Master.Tell(new ResourceOffersMessage());
        conversation.Master.Tell(new RescindResourceOfferMessage { OfferId = Offer1 });
        Assert.That(await conversation.Scheduler.NextAsync<string>(nameof(IScheduler.OfferRescinded)), Is.EqualTo("offer-1"));
    }

    [Test]
    public async Task Messages_go_straight_to_an_agent_on_which_something_was_launched()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Master.TellOffer(conversation.Agent.Self.ToString());
        await conversation.Scheduler.NextAsync(nameof(IScheduler.ResourceOffers));
        conversation.Driver.LaunchTasks(Offer1, [Task1]);
        await conversation.Master.NextCallAsync(Call.Types.Type.Accept);

        conversation.Driver.SendFrameworkMessage(Executor1, FakeMaster.AgentId, "hello"u8.ToArray());
        Assert.That(await conversation.Agent.NextAsync<FrameworkToExecutorMessage>(), Is.EqualTo(new FrameworkToExecutorMessage
        {
            SlaveId = FakeMaster.AgentId,
            FrameworkId = FakeMaster.FrameworkId,
            ExecutorId = Executor1,
            Data = Google.Protobuf.ByteString.CopyFromUtf8("hello"),
        }));

        conversation.Master.Tell(new LostSlaveMessage { SlaveId = FakeMaster.AgentId });
        Assert.That(await conversation.Scheduler.NextAsync<string>(nameof(IScheduler.SlaveLost)), Is.EqualTo("agent-1"));
        conversation.Driver.SendFrameworkMessage(Executor1, FakeMaster.AgentId, "again"u8.ToArray());
        Call expected = Expected(Call.Types.Type.Message);
        expected.Message = new Call.Types.Message
        {
            SlaveId = FakeMaster.AgentId,
            ExecutorId = Executor1,
            Data = Google.Protobuf.ByteString.CopyFromUtf8("again"),
        };
        Assert.That(await conversation.Master.NextAsync<Call>(), Is.EqualTo(expected));
    }

    [TestCase("declined")]
    [TestCase("rescinded")]
    [TestCase("launched elsewhere")]
    [TestCase("unreadable")]
    public async Task Messages_go_through_the_master_where_nothing_was_launched(string what)
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Master.TellOffer(what == "unreadable" ? "slave(1)@agent.example:5051" : conversation.Agent.Self.ToString());
        await conversation.Scheduler.NextAsync(nameof(IScheduler.ResourceOffers));
        TaskInfo task = Task1;
        switch (what)
        {
            case "declined":
                conversation.Driver.DeclineOffer(Offer1);
                await conversation.Master.NextCallAsync(Call.Types.Type.Decline);
                break;
            case "rescinded":
                conversation.Master.Tell(new RescindResourceOfferMessage { OfferId = Offer1 });
                await conversation.Scheduler.NextAsync(nameof(IScheduler.OfferRescinded));
                goto default;
            case "launched elsewhere":
                task.SlaveId.Value = "agent-2";
                goto default;
            default:
                conversation.Driver.LaunchTasks(Offer1, [task]);
                await conversation.Master.NextCallAsync(Call.Types.Type.Accept);
                break;
        }

        conversation.Driver.SendFrameworkMessage(Executor1, FakeMaster.AgentId, ReadOnlyMemory<byte>.Empty);
        await conversation.Master.NextCallAsync(Call.Types.Type.Message);
    }

    [Test]
    public async Task A_message_of_an_executor_is_told_whoever_brings_it()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        var message = new ExecutorToFrameworkMessage
        {
            SlaveId = FakeMaster.AgentId,
            FrameworkId = FakeMaster.FrameworkId,
            ExecutorId = Executor1,
            Data = Google.Protobuf.ByteString.CopyFrom("hello", Encoding.UTF8),
        };
        conversation.MasterNode.Manager.Send(conversation.Agent.Self, conversation.Master.Framework, message);
        Assert.That(
            await conversation.Scheduler.NextAsync<(string, string, string)>(nameof(IScheduler.FrameworkMessage)),
            Is.EqualTo(("executor-1", "agent-1", "hello")));
    }

    [Test]
    public async Task The_end_of_an_executor_is_told()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        conversation.Master.Tell(new ExitedExecutorMessage
        {
            SlaveId = FakeMaster.AgentId,
            FrameworkId = FakeMaster.FrameworkId,
            ExecutorId = Executor1,
            Status = -1,
        });
        Assert.That(
            await conversation.Scheduler.NextAsync<(string, string, int)>(nameof(IScheduler.ExecutorLost)),
            Is.EqualTo(("executor-1", "agent-1", -1)));
    }

    [TestCase(false, TaskState.TaskLost)]
    [TestCase(true, TaskState.TaskDropped)]
    public async Task A_launch_without_a_master_is_answered_by_the_driver(bool partitionAware, TaskState expected)
    {
        FrameworkInfo framework = Conversation.Framework();
        if (partitionAware)
        {
            framework.Capabilities.Add(new FrameworkInfo.Types.Capability
            {
                Type = FrameworkInfo.Types.Capability.Types.Type.PartitionAware,
            });
        }

        await using var conversation = new Conversation(framework);
        conversation.Driver.Start();
        await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
        conversation.Driver.LaunchTasks(Offer1, [Task1]);
        TaskStatus status = await conversation.Scheduler.NextAsync<TaskStatus>(nameof(IScheduler.StatusUpdate));
        Assert.That(status, Is.EqualTo(new TaskStatus
        {
            TaskId = Task1.TaskId,
            State = expected,
            Source = TaskStatus.Types.Source.Master,
            Reason = TaskStatus.Types.Reason.MasterDisconnected,
            Message = "Master disconnected",
            Timestamp = (conversation.Node.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds,
        }));
        await conversation.SettleAsync();
        Assert.That(conversation.Master.TryTake(out _), Is.False);
    }

    [Test]
    public async Task Other_requests_without_a_master_are_dropped()
    {
        await using var conversation = new Conversation(configure: options => options with { ImplicitAcknowledgements = false });
        conversation.Driver.Start();
        await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
        conversation.Driver.DeclineOffer(Offer1);
        conversation.Driver.KillTask(Task1.TaskId);
        conversation.Driver.ReconcileTasks([]);
        conversation.Driver.RequestResources([]);
        conversation.Driver.SendFrameworkMessage(Executor1, FakeMaster.AgentId, ReadOnlyMemory<byte>.Empty);
        conversation.Driver.AcceptOffers([Offer1], [new Offer.Types.Operation { Type = Offer.Types.Operation.Types.Type.Reserve }]);
        conversation.Driver.AcknowledgeStatusUpdate(FakeMaster.Update(TaskState.TaskRunning, Guid.Empty).Update.Status);
        await conversation.SettleAsync();
        conversation.Master.Tell(new FrameworkRegisteredMessage { FrameworkId = FakeMaster.FrameworkId, MasterInfo = conversation.Master.Info });
        await conversation.Scheduler.NextAsync(nameof(IScheduler.Registered));
        conversation.Driver.KillTask(new TaskID { Value = "first" });
        Assert.That((await conversation.Master.NextCallAsync(Call.Types.Type.Kill)).Kill.TaskId.Value, Is.EqualTo("first"));
    }
}
