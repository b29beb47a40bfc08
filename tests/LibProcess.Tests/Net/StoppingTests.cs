using System.Net;
using System.Net.Sockets;
using LibProcess.Addressing;
using LibProcess.Http;
using LibProcess.Metrics;
using LibProcess.Net;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Net;

/// <summary>What still leaves when a node stops, and what happens to messages for which there is no room.</summary>
public class StoppingTests
{
    private static long Count(TestNode node, string name) => node.Manager.Metrics.InOrder().OfType<Counter>()
        .Single(counter => counter.Name == "libprocess/" + name).Value;

    [Test]
    [CancelAfter(30_000)]
    public async Task Messages_that_are_queued_arrive_although_the_node_stops_at_once()
    {
        await using var receiver = new TestNode();
        int received = 0;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Probe target = receiver.Spawn(new Probe(receiver.Manager, "target", self => self.Install("m", (_, _) =>
        {
            if (Interlocked.Increment(ref received) == 1001)
            {
                done.SetResult();
            }
        })));

        var sender = new TestNode();
        Probe source = sender.Spawn(new Probe(sender.Manager, "source", self => self.Link(target.Self))
        {
            OnEnd = self => self.Send(target.Self, "m"),
        });
        source.Dispatch(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                source.Send(target.Self, "m", new byte[5000]);
            }
        });
        await sender.DisposeAsync();
        await done.Task.WaitAsync(RawClient.Patience);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Answers_under_way_arrive_although_the_node_stops()
    {
        var node = new TestNode();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.Spawn(new Slow(node.Manager, begun));
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("GET /slow/x HTTP/1.1\r\n\r\n");
        await begun.Task.WaitAsync(RawClient.Patience);
        ValueTask stopping = node.DisposeAsync();
        string answer = (await client.ReadAnswerAsync())!;
        Assert.That(answer, Does.StartWith("HTTP/1.1 200"));
        Assert.That(answer, Has.Length.GreaterThan(5_000_000));
        await stopping;
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_peer_that_takes_nothing_does_not_hold_up_the_end_for_longer_than_allowed()
    {
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen();
        var peer = new UPid("p", NetworkAddress.From((IPEndPoint)deaf.LocalEndPoint!));
        var node = new TestNode(configure: options => options with { StopTimeout = TimeSpan.FromMilliseconds(100) });
        node.Manager.Send(UPid.Empty, peer, "m", new byte[50_000_000]);
        await node.DisposeAsync();
        Assert.That(Count(node, "messages_dropped/connection_lost"), Is.EqualTo(1));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Where_the_queue_of_a_link_is_full_the_newest_messages_may_be_dropped_instead_of_the_link()
    {
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen();
        var peer = new UPid("p", NetworkAddress.From((IPEndPoint)deaf.LocalEndPoint!));
        await using var node = new TestNode(configure: options => options with
        {
            Limits = new WireLimits { MaxQueuedBytesPerLink = 20_000_000, QueueOverflow = QueueOverflow.DropNewest },
            StopTimeout = TimeSpan.FromMilliseconds(50),
        });
        Probe linker = node.Spawn(new Probe(node.Manager, "linker", self => self.Link(peer)));
        await node.SettleAsync();
        for (int i = 0; i < 60; i++)
        {
            node.Manager.Send(linker.Self, peer, "m", new byte[1_000_000]);
        }

        Assert.That(Count(node, "messages_dropped/queue_full"), Is.InRange(20, 45));
        Assert.That(Count(node, "links_broken"), Is.Zero);
        Assert.That(linker.Log, Is.Empty);
        double queued = (await node.Manager.Metrics.SnapshotAsync()).Single(metric => metric.Key == "libprocess/links_queued_bytes").Value;
        Assert.That(queued, Is.InRange(10_000_000, 22_000_000));
    }

    private sealed class Slow(ProcessManager manager, TaskCompletionSource begun) : ProcessBase(manager, "slow")
    {
        protected override void Initialize() => Route("/x", null, async _ =>
        {
            begun.SetResult();
            try
            {
                await new TaskCompletionSource().Task.WaitAsync(Terminated);
            }
            catch (OperationCanceledException)
            {
                // The last thing the process does is to answer.
            }

            return HttpResponse.Ok(new byte[5_000_000], "x/y");
        });
    }
}
