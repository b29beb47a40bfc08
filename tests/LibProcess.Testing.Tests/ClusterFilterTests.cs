using Google.Protobuf.WellKnownTypes;
using LibProcess.Addressing;
using LibProcess.Testing.Simulation;

namespace LibProcess.Testing.Tests;

public sealed class ClusterFilterTests
{
    private SimulatedCluster cluster = null!;
    private SimulatedNode b = null!;
    private Probe sender = null!;
    private Probe receiver = null!;

    [SetUp]
    public void Start()
    {
        cluster = new SimulatedCluster(seed: 3);
        b = cluster.AddNode("b", build: node => receiver = node.Spawn(new Probe(node.Manager, "receiver", probe =>
        {
            probe.Install<StringValue>((_, m) => probe.Log.Add(m.Value));
            probe.Install("Raw", (_, body) => probe.Log.Add($"raw {body.Length}"));
        })));
        cluster.AddNode("a", build: node => sender = node.Spawn(new Probe(node.Manager, "sender", probe => probe.Link(new UPid("receiver", b.Address)))));
        cluster.Settle();
    }

    [TearDown]
    public void Stop() => cluster.Dispose();

    [Test]
    public void A_message_between_nodes_is_expected()
    {
        Task<StringValue> seen = b.Filters.ExpectMessage<StringValue>(from: "sender", where: m => m.Value == "two");
        Send("one", "two", "three");
        Assert.That(cluster.Await(seen).Value, Is.EqualTo("two"));
    }

    [Test]
    public void A_message_is_dropped_on_one_node_by_its_content()
    {
        Task dropped = b.Filters.DropMessage<StringValue>(where: m => m.Value == "two");
        Send("one", "two", "three");
        cluster.Await(dropped);
        cluster.Settle();
        Assert.That(receiver.Log, Is.EqualTo(new[] { "one", "three" }));
    }

    [Test]
    public void A_message_is_delayed_by_its_content_and_others_overtake_it()
    {
        using IDisposable rule = cluster.Filters.DelayMessages<StringValue>(TimeSpan.FromSeconds(10), where: m => m.Value == "two");
        Send("one", "two", "three");
        cluster.RunFor(TimeSpan.FromSeconds(9));
        Assert.That(receiver.Log, Is.EqualTo(new[] { "one", "three" }));
        cluster.RunFor(TimeSpan.FromSeconds(2));
        Assert.That(receiver.Log, Is.EqualTo(new[] { "one", "three", "two" }));
    }

    [Test]
    public void Messages_of_a_name_are_dropped_and_delayed()
    {
        using (b.Filters.DropMessages("Raw", where: body => body.Length == 1))
        using (b.Filters.DelayMessages(TimeSpan.FromSeconds(1), "Raw", where: body => body.Length == 2))
        {
            sender.Dispatch(() =>
            {
                for (int length = 1; length <= 3; length++)
                {
                    sender.Send(new UPid("receiver", b.Address), "Raw", new byte[length]);
                }
            });
            cluster.RunFor(TimeSpan.FromSeconds(2));
        }

        Assert.That(receiver.Log, Is.EqualTo(new[] { "raw 3", "raw 2" }));
    }

    [Test]
    public void Filters_of_a_node_stay_over_a_crash()
    {
        using IDisposable rule = b.Filters.DropMessages<StringValue>();
        b.Crash();
        b.Restart();
        Task exited = cluster["a"].Filters.ExpectExited("sender");
        cluster.Await(exited);
        Send("one");
        cluster.Settle();
        Assert.That(receiver.Log, Is.Empty);
    }

    [Test]
    public void A_dispatch_is_expected_and_dropped()
    {
        Task seen = b.Filters.ExpectDispatch("First");
        Task dropped = b.Filters.DropDispatch("Second", to: "receiver");
        receiver.Dispatch(() => receiver.Log.Add("first"), "First");
        receiver.Dispatch(() => receiver.Log.Add("second"), "Second");
        cluster.Await(seen);
        cluster.Await(dropped);
        Assert.That(receiver.Log, Is.EqualTo(new[] { "first" }));
    }

    private void Send(params string[] texts) => sender.Dispatch(() =>
    {
        foreach (string text in texts)
        {
            cluster["a"].Manager.Send(sender.Self, new UPid("receiver", b.Address), new StringValue { Value = text });
        }
    });
}
