using Google.Protobuf;
using LibProcess.Processes;
using LibProcess.Testing;
using Mesos.Common.Messages;
using Mesos.Interop.Tests.Replay;
using Mesos.Master;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Interop.Tests;

/// <summary>
/// The recorded agent and the recorded v1 scheduler against our master: forty reservations, their end, its acknowledgement, forty
/// launches on what was reserved. The scheduler is a process beside the master, as a stream of events is; its calls are those recorded.
/// </summary>
[CancelAfter(120_000)]
public sealed class OperationReplayTests
{
    private const string Master = "127.0.0.1:5050";
    private const string Agent = "127.0.0.1:5051";

    private readonly Bindings bindings = new();

    [Test]
    public async Task The_master_answers_recorded_operations_and_acknowledgements_as_the_original_did()
    {
        await using var node = new TestNode(configure: options => WireMessageSchema.ApplyTo(options) with { Delegate = MasterProcess.ProcessId });
        await using MasterDaemon master = await LiveNode.SpawnMasterAsync(node);
        Peer agent = node.Spawn(new Peer(node.Manager, "slave(1)"));
        Peer stream = node.Spawn(new Peer(node.Manager, "stream"));
        master.Process.AddSchedulerStream(stream.Self);
        string address = node.Manager.Address.ToString();
        bindings.Bind(Master, address);
        bindings.Bind(Agent, address);
        var rewriter = new MessageRewriter(bindings);
        var unifier = new MessageUnifier(bindings);
        Queue<Event> events = new(Recordings.StreamEvents("operation-feedback").Where(e => e.Type != Event.Types.Type.Heartbeat));
        (int sent, int checks) = (0, 0);
        foreach (RecordedStep step in Recordings.Steps("operation-feedback"))
        {
            if (step.Call is { } body)
            {
                // The wire of both versions of the API is the same here.
                Call call = Call.Parser.ParseFrom(body);
                if (call.Type == Call.Types.Type.Accept)
                {
                    await ExpectOffersAsync();
                }

                rewriter.Rewrite(call);
                node.Manager.Send(stream.Self, master.Pid, call);
                await node.SettleAsync();
                await ExpectEventsAsync(until: Event.Types.Type.Offers);
                sent++;
            }
            else if (step.Message is { } message && message.To.EndsWith(Master, StringComparison.Ordinal) && message.From == $"slave(1)@{Agent}"
                && message.Name != "mesos.internal.PongSlaveMessage")
            {
                IMessage spoken = Parse(message);
                rewriter.Rewrite(spoken);
                node.Manager.Send(agent.Self, master.Pid, spoken);
                await node.SettleAsync();
                await ExpectEventsAsync(until: Event.Types.Type.Offers);
                sent++;
            }
            else if (step.Message is { } expected && expected.From == $"master@{Master}")
            {
                Assert.That(agent.Received.TryDequeue(out IMessage? heard), Is.True, $"{expected} did not come");
                Check(Parse(expected), heard!, expected.ToString());
            }
        }

        Assert.That(agent.Received, Is.Empty);
        Assert.That((sent, checks), Is.EqualTo((83 + 42, 121 + 41 + 2)), "nothing of the recording is left out");

        async Task ExpectOffersAsync()
        {
            for (int i = 0; i < 10 && stream.Received.IsEmpty; i++)
            {
                await node.AdvanceAsync(TimeSpan.FromSeconds(1));
            }

            Assert.That(events.Peek().Type, Is.EqualTo(Event.Types.Type.Offers));
            await ExpectEventsAsync(until: null);
        }

        // Offers come in the allocator's own time, and only right before their use: all else at once.
        Task ExpectEventsAsync(Event.Types.Type? until)
        {
            while (stream.Received.TryPeek(out IMessage? heard) && !(heard is ResourceOffersMessage && until is not null))
            {
                stream.Received.TryDequeue(out _);
                Event expected = events.Dequeue();
                switch (heard)
                {
                    case FrameworkRegisteredMessage registered:
                        Check(expected.Subscribed.FrameworkId, registered.FrameworkId, "SUBSCRIBED");
                        break;
                    case ResourceOffersMessage offers:
                        Check(expected.Offers.Offers_.Single(), offers.Offers.Single(), "OFFERS");
                        break;
                    case UpdateOperationStatusMessage update:
                        Check(expected.UpdateOperationStatus.Status, update.Status, "UPDATE_OPERATION_STATUS");
                        break;
                    default:
                        throw new AssertionException($"{heard.Descriptor.Name} for {expected.Type}");
                }
            }

            return Task.CompletedTask;
        }

        void Check(IMessage expected, IMessage live, string what)
        {
            Assert.That(live.Descriptor.FullName, Is.EqualTo(expected.Descriptor.FullName), what);
            Assert.That(unifier.Compare(expected, live), Is.Empty, what);
            checks++;
        }
    }

    private static IMessage Parse(RecordedMessage message) => WireTypes.Parse(message.Name, WireRequest.TryRead(message.Raw)!.Value.Message.Body);

    private sealed class Peer(ProcessManager manager, string id) : ProcessBase(manager, id)
    {
        public System.Collections.Concurrent.ConcurrentQueue<IMessage> Received { get; } = new();

        protected override void Initialize()
        {
            Keep<SlaveRegisteredMessage>();
            Keep<ApplyOperationMessage>();
            Keep<AcknowledgeOperationStatusMessage>();
            Keep<RunTaskMessage>();
            Keep<FrameworkRegisteredMessage>();
            Keep<ResourceOffersMessage>();
            Keep<UpdateOperationStatusMessage>();
            Install<PingSlaveMessage>((from, _) => Send(from, new PongSlaveMessage()));
        }

        private void Keep<T>()
            where T : class, IMessage<T>, new() => Install<T>((_, message) => Received.Enqueue(message));
    }
}
