using Google.Protobuf;

namespace Mesos.Slave.Tests;

/// <summary>
/// Plays everybody but the agent in conversations of a real cluster and compares what the agent says to each of them, message by
/// message in order. Left out is only what differs from run to run: addresses, fresh ids, process ids, and how far the latest
/// state is ahead of the one reported.
/// </summary>
[TestFixture]
internal sealed class RecordedConversationTests
{
    private const string RecordedAgent = "slave(1)@127.0.0.1:5051";

    [TestCase("driver-lifecycle")]
    [TestCase("command-tasks")]
    [TestCase("framework-messages")]
    [TestCase("kill-and-reconcile")]
    [TestCase("explicit-acks-and-failed-task")]
    [TestCase("scheduler-failover")]
    public async Task The_agent_says_what_a_real_one_said(string scenario)
    {
        await using var rig = new SlaveRig();
        Dictionary<string, FakePeer> peers = new() { ["master@127.0.0.1:5050"] = rig.Master };
        Dictionary<string, List<IMessage>> expected = [];
        rig.Detector.Appoint(rig.MasterInfo);
        await rig.Node.AdvanceAsync(TimeSpan.FromSeconds(1));
        UUID version = rig.Master.Got<RegisterSlaveMessage>()[0].ResourceVersionUuid;
        foreach (RecordedMessage recorded in Recorded.WithAgent(scenario))
        {
            FakePeer peer = Peer(recorded.IsFromAgent ? recorded.To : recorded.From);
            if (recorded.IsFromAgent)
            {
                expected.TryAdd(recorded.To, []);
                expected[recorded.To].Add(recorded.Message);
                await LetExecutorEndAsync(recorded.Message);
            }
            else
            {
                await rig.SendAsync(peer, Rewrite(recorded.Message));
            }
        }

        foreach ((string to, List<IMessage> messages) in expected)
        {
            // Before its first answer an agent may have registered more than once.
            IEnumerable<IMessage> said = Peer(to).All.Where((message, index) => index == 0 || message is not RegisterSlaveMessage);
            Assert.That(InOrder(said), Is.EqualTo(InOrder(messages)), to);
        }

        // Nobody may rely on the order in which updates of different tasks are acknowledged to the executor.
        string[] InOrder(IEnumerable<IMessage> messages) =>
        [
            .. messages.Where(message => message is not StatusUpdateAcknowledgementMessage).Select(Readable),
            .. messages.OfType<StatusUpdateAcknowledgementMessage>().OrderBy(message => message.TaskId.Value).Select(Readable),
        ];

        FakePeer Peer(string pid)
        {
            if (!peers.TryGetValue(pid, out FakePeer? peer))
            {
                peer = peers[pid] = rig.Node.Spawn(new FakePeer(rig.Node.Manager, pid.Replace("@127.0.0.1:", "-", StringComparison.Ordinal)));
            }

            return peer;
        }

        IMessage Rewrite(IMessage message)
        {
            switch (message)
            {
                case RunTaskMessage run:
                    run.Pid = Peer(run.Pid).Self.ToString();
                    run.ResourceVersionUuids[0].Uuid = version;
                    break;
                case StatusUpdateMessage update:
                    update.Pid = Peer(update.Pid).Self.ToString();
                    break;
                case UpdateFrameworkMessage update:
                    update.Pid = Peer(update.Pid).Self.ToString();
                    break;
                default:
                    break;
            }

            return message;
        }

        async Task LetExecutorEndAsync(IMessage message)
        {
            if (message is ExitedExecutorMessage exited)
            {
                rig.Containers.Exit(
                    exited.Status, rig.Containers.Launches.FindIndex(launch => launch.Executor.ExecutorId.Value == exited.ExecutorId.Value));
                await rig.Node.SettleAsync();
            }
        }

        string Readable(IMessage message)
        {
            string text = message.Descriptor.Name + " " + Neutral(message.ToByteString(), message);
            foreach ((string pid, FakePeer peer) in peers)
            {
                text = text.Replace(peer.Self.ToString(), pid, StringComparison.Ordinal);
            }

            return text
                .Replace(rig.Slave.Self.ToString(), RecordedAgent, StringComparison.Ordinal)
                .Replace($"\"port\": {rig.Node.Manager.Address.Port}", "\"port\": 5051", StringComparison.Ordinal);
        }
    }

    private static IMessage Neutral(ByteString bytes, IMessage original)
    {
        IMessage message = original.Descriptor.Parser.ParseFrom(bytes);
        switch (message)
        {
            case RegisterSlaveMessage register:
                register.ResourceVersionUuid = null;
                break;
            case UpdateSlaveMessage update:
                update.ResourceVersionUuid = null;
                break;
            case StatusUpdateMessage status:
                status.Update.ClearLatestState();
                if (status.Update.Status.ContainerStatus is { } container)
                {
                    container.ContainerId.Value = "";
                    container.ExecutorPid = 0;
                }

                break;
            default:
                break;
        }

        return message;
    }
}
