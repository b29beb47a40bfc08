using Google.Protobuf;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched.Tests;

/// <summary>
/// Recorded conversations of the original's driver with its master: told the same and asked for the same, this driver says the
/// same, byte for byte and in the same order.
/// </summary>
[TestFixture]
internal sealed class RecordedConversationTests
{
    [TestCase("driver-lifecycle")]
    [TestCase("command-tasks")]
    [TestCase("framework-messages")]
    [TestCase("kill-and-reconcile")]
    [TestCase("explicit-acks-and-failed-task")]
    [TestCase("scheduler-failover")]
    [TestCase("agent-restart-recovery")]
    public async Task The_driver_says_what_the_original_said(string scenario)
    {
        IReadOnlyList<IGrouping<string, RecordedMessage>> conversations = RecordedMessage.OfSchedulers(scenario);
        Assert.That(conversations, Is.Not.Empty);
        foreach (RecordedMessage[] messages in conversations.Select(group => group.ToArray()))
        {
            // In this scenario the scheduler acknowledged on its own.
            await ReplayAsync(messages, implicitAcknowledgements: scenario != "explicit-acks-and-failed-task");
        }
    }

    private static async Task ReplayAsync(RecordedMessage[] messages, bool implicitAcknowledgements)
    {
        FrameworkInfo framework = Call.Parser.ParseFrom(messages[0].Body).Subscribe.FrameworkInfo;
        await using var conversation = new Conversation(
            framework, options => options with { ImplicitAcknowledgements = implicitAcknowledgements });
        HashSet<ByteString> acknowledged =
        [
            .. messages.Where(message => message.Name == "mesos.scheduler.Call")
                .Select(message => Call.Parser.ParseFrom(message.Body).Acknowledge?.Uuid).OfType<ByteString>(),
        ];

        conversation.Driver.Start();
        foreach (RecordedMessage recorded in messages)
        {
            if (recorded.IsFromScheduler)
            {
                await ExpectAsync(conversation, recorded, implicitAcknowledgements);
            }
            else
            {
                Tell(conversation, recorded, acknowledged);
                await ToldAsync(conversation, recorded);
            }
        }
    }

    private static void Tell(Conversation conversation, RecordedMessage recorded, HashSet<ByteString> acknowledged)
    {
        switch (recorded.Name)
        {
            case "mesos.internal.ResourceOffersMessage":
                // The recorded agent is not there; the one of this test is.
                ResourceOffersMessage offers = ResourceOffersMessage.Parser.ParseFrom(recorded.Body);
                for (int i = 0; i < offers.Pids.Count; i++)
                {
                    offers.Pids[i] = conversation.Agent.Self.ToString();
                }

                conversation.Master.Tell(offers);
                return;
            case "mesos.internal.StatusUpdateMessage":
                // The original's scheduler stopped inside the callback of an update that was never acknowledged.
                ByteString uuid = StatusUpdateMessage.Parser.ParseFrom(recorded.Body).Update.Uuid;
                if (!uuid.IsEmpty && !acknowledged.Contains(uuid))
                {
                    conversation.Scheduler.Inside = (_, driver) => driver.Stop();
                }

                break;
            default:
                break;
        }

        conversation.MasterNode.Manager.Send(conversation.Master.Self, conversation.Master.Framework, recorded.Name, recorded.Body);
    }

    private static Task ToldAsync(Conversation conversation, RecordedMessage recorded) =>
        conversation.Scheduler.NextAsync(recorded.Name.Split('.')[^1] switch
        {
            "FrameworkRegisteredMessage" => nameof(IScheduler.Registered),
            "FrameworkReregisteredMessage" => nameof(IScheduler.Reregistered),
            "ResourceOffersMessage" => nameof(IScheduler.ResourceOffers),
            "RescindResourceOfferMessage" => nameof(IScheduler.OfferRescinded),
            "StatusUpdateMessage" => nameof(IScheduler.StatusUpdate),
            "ExecutorToFrameworkMessage" => nameof(IScheduler.FrameworkMessage),
            "ExitedExecutorMessage" => nameof(IScheduler.ExecutorLost),
            "LostSlaveMessage" => nameof(IScheduler.SlaveLost),
            _ => throw new AssertionException($"Nothing is known of {recorded.Name}"),
        });

    private static async Task ExpectAsync(Conversation conversation, RecordedMessage recorded, bool implicitAcknowledgements)
    {
        if (recorded.Name == "mesos.internal.FrameworkToExecutorMessage")
        {
            FrameworkToExecutorMessage message = FrameworkToExecutorMessage.Parser.ParseFrom(recorded.Body);
            conversation.Driver.SendFrameworkMessage(message.ExecutorId, message.SlaveId, message.Data.Memory);
            FrameworkToExecutorMessage direct = await conversation.Agent.NextAsync<FrameworkToExecutorMessage>();
            Assert.That(direct.ToByteArray(), Is.EqualTo(recorded.Body), recorded.Name);
            return;
        }

        Assert.That(recorded.Name, Is.EqualTo("mesos.scheduler.Call"));
        Call expected = Call.Parser.ParseFrom(recorded.Body);
        Ask(conversation.Driver, expected, implicitAcknowledgements);
        Call sent = await conversation.Master.NextAsync<Call>();
        Assert.That(sent, Is.EqualTo(expected));
        Assert.That(sent.ToByteArray(), Is.EqualTo(recorded.Body), $"{expected.Type}");
    }

    /// <summary>Asks the driver for what led to a call.</summary>
    private static void Ask(MesosSchedulerDriver driver, Call call, bool implicitAcknowledgements)
    {
        switch (call.Type)
        {
            case Call.Types.Type.Accept:
                driver.AcceptOffers(call.Accept.OfferIds, call.Accept.Operations, call.Accept.Filters);
                break;
            case Call.Types.Type.Decline:
                driver.DeclineOffer(call.Decline.OfferIds.Single(), call.Decline.Filters);
                break;
            case Call.Types.Type.Acknowledge when !implicitAcknowledgements:
                driver.AcknowledgeStatusUpdate(new TaskStatus
                {
                    TaskId = call.Acknowledge.TaskId,
                    SlaveId = call.Acknowledge.SlaveId,
                    Uuid = call.Acknowledge.Uuid,
                    State = TaskState.TaskRunning,
                });
                break;
            case Call.Types.Type.Kill:
                driver.KillTask(call.Kill.TaskId);
                break;
            case Call.Types.Type.Reconcile:
                driver.ReconcileTasks(call.Reconcile.Tasks.Select(task => new TaskStatus
                {
                    TaskId = task.TaskId,
                    SlaveId = task.SlaveId,
                    State = TaskState.TaskRunning,
                }));
                break;
            case Call.Types.Type.Suppress:
                driver.SuppressOffers();
                break;
            case Call.Types.Type.Revive:
                driver.ReviveOffers();
                break;
            case Call.Types.Type.Request:
                driver.RequestResources(call.Request.Requests);
                break;
            case Call.Types.Type.Teardown:
                driver.Stop();
                break;
            case Call.Types.Type.Subscribe:
            case Call.Types.Type.Acknowledge:
                break;
            default:
                throw new AssertionException($"Nothing is known of {call.Type}");
        }
    }
}
