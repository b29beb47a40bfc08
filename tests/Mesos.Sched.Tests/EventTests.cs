using Google.Protobuf;
using Mesos.Proto;
using Mesos.Proto.Scheduler;
using Type = Mesos.Proto.Scheduler.Event.Types.Type;

namespace Mesos.Sched.Tests;

/// <summary>The envelope that masters may use instead of single messages.</summary>
[TestFixture]
internal sealed class EventTests
{
    [Test]
    public async Task Every_event_reaches_its_callback()
    {
        await using var conversation = new Conversation();
        conversation.Driver.Start();
        await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
        Tell(conversation, new Event
        {
            Type = Type.Subscribed,
            Subscribed = new Event.Types.Subscribed { FrameworkId = FakeMaster.FrameworkId },
        });
        await conversation.Scheduler.NextAsync(nameof(IScheduler.Registered));

        Offer offer = FakeMaster.Offer();
        offer.Url = new URL
        {
            Scheme = "http",
            Path = "/slave(1)",
            Address = new Address { Ip = "127.0.0.1", Port = conversation.Agent.Self.Address.Port },
        };
        Tell(conversation, new Event { Type = Type.Offers, Offers = new Event.Types.Offers { Offers_ = { offer } } });
        await conversation.Scheduler.NextAsync(nameof(IScheduler.ResourceOffers));

        var task = new TaskInfo { Name = "t", TaskId = new TaskID { Value = "t" }, SlaveId = FakeMaster.AgentId };
        conversation.Driver.LaunchTasks(offer.Id, [task]);
        await conversation.Master.NextCallAsync(Call.Types.Type.Accept);
        conversation.Driver.SendFrameworkMessage(new ExecutorID { Value = "e" }, FakeMaster.AgentId, new byte[1]);
        await conversation.Agent.NextAsync<Proto.Internal.FrameworkToExecutorMessage>();

        Tell(conversation, new Event { Type = Type.Rescind, Rescind = new Event.Types.Rescind { OfferId = offer.Id } });
        await conversation.Scheduler.NextAsync(nameof(IScheduler.OfferRescinded));
        Tell(conversation, new Event
        {
            Type = Type.Message,
            Message = new Event.Types.Message
            {
                ExecutorId = new ExecutorID { Value = "e" },
                SlaveId = FakeMaster.AgentId,
                Data = ByteString.CopyFromUtf8("data"),
            },
        });
        Assert.That(
            await conversation.Scheduler.NextAsync<(string, string, string)>(nameof(IScheduler.FrameworkMessage)),
            Is.EqualTo(("e", "agent-1", "data")));
        Tell(conversation, new Event
        {
            Type = Type.Failure,
            Failure = new Event.Types.Failure { SlaveId = FakeMaster.AgentId, ExecutorId = new ExecutorID { Value = "e" }, Status = 3 },
        });
        await conversation.Scheduler.NextAsync(nameof(IScheduler.ExecutorLost));
        Tell(conversation, new Event { Type = Type.Failure, Failure = new Event.Types.Failure { SlaveId = FakeMaster.AgentId } });
        await conversation.Scheduler.NextAsync(nameof(IScheduler.SlaveLost));
        Tell(conversation, new Event { Type = Type.Error, Error = new Event.Types.Error { Message = "enough" } });
        Assert.That(await conversation.Scheduler.NextAsync<string>(nameof(IScheduler.Error)), Is.EqualTo("enough"));
    }

    [Test]
    public async Task A_framework_that_comes_with_an_id_is_registered_by_the_first_event_and_not_reregistered()
    {
        await using var conversation = new Conversation(Conversation.Framework("framework-1"));
        conversation.Driver.Start();
        await conversation.Master.NextCallAsync(Call.Types.Type.Subscribe);
        Tell(conversation, new Event
        {
            Type = Type.Subscribed,
            Subscribed = new Event.Types.Subscribed { FrameworkId = FakeMaster.FrameworkId },
        });
        await conversation.Scheduler.NextAsync(nameof(IScheduler.Registered));
    }

    [Test]
    public async Task An_update_is_told_without_uuid_and_acknowledged()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        var uuid = Common.Values.UuidBytes.ToByteString(Guid.Parse("91b35667-e782-433a-bc8f-2c8c258f38dc"));
        Tell(conversation, new Event
        {
            Type = Type.Update,
            Update = new Event.Types.Update
            {
                Status = new TaskStatus
                {
                    TaskId = new TaskID { Value = "t" },
                    State = TaskState.TaskRunning,
                    SlaveId = FakeMaster.AgentId,
                    Uuid = uuid,
                },
            },
        });
        Assert.That((await conversation.Scheduler.NextAsync<TaskStatus>(nameof(IScheduler.StatusUpdate))).HasUuid, Is.False);
        Assert.That((await conversation.Master.NextCallAsync(Call.Types.Type.Acknowledge)).Acknowledge.Uuid, Is.EqualTo(uuid));
    }

    [Test]
    public async Task Events_without_their_content_and_events_of_other_interfaces_are_dropped()
    {
        await using Conversation conversation = await Conversation.RegisteredAsync();
        foreach (Type type in Enum.GetValues<Type>())
        {
            Tell(conversation, new Event { Type = type });
        }

        Tell(conversation, new Event { Type = Type.Failure, Failure = new Event.Types.Failure() });
        Tell(conversation, new Event
        {
            Type = Type.Failure,
            Failure = new Event.Types.Failure { SlaveId = FakeMaster.AgentId, ExecutorId = new ExecutorID { Value = "e" } },
        });
        Tell(conversation, new Event { Type = Type.Offers, Offers = new Event.Types.Offers { Offers_ = { FakeMaster.Offer() } } });
        Tell(conversation, new Event { Type = Type.Rescind, Rescind = new Event.Types.Rescind { OfferId = new OfferID { Value = "o" } } });
        await conversation.Scheduler.NextAsync(nameof(IScheduler.OfferRescinded));
    }

    private static void Tell(Conversation conversation, Event item) => conversation.Master.Tell(item);
}
