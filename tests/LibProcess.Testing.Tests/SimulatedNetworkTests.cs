using LibProcess.Addressing;
using LibProcess.Testing.Simulation;
using LibProcess.Testing.Simulation.Network;

namespace LibProcess.Testing.Tests;

public sealed class SimulatedNetworkTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private SimulatedCluster cluster = null!;
    private SimulatedNode a = null!;
    private SimulatedNode b = null!;
    private Probe sender = null!;
    private Probe receiver = null!;

    [SetUp]
    public void Start()
    {
        cluster = new SimulatedCluster(seed: 5);
        b = cluster.AddNode("b", build: node => receiver = node.Spawn(Chatter.Receiver(node)));
        a = cluster.AddNode("a", build: node => sender = node.Spawn(new Probe(node.Manager, "sender")));
        Link();
        cluster.Settle();
    }

    [TearDown]
    public void Stop() => cluster.Dispose();

    [Test]
    public void A_lost_connection_is_told_to_the_linker_and_a_new_one_works()
    {
        Assert.That(cluster.Network.Break(a, b), Is.EqualTo(1));
        cluster.RunUntil(() => sender.ExitedSeen.Count == 1);
        Send(1);
        cluster.RunUntil(() => receiver.Log.Count == 1);
        Assert.That(cluster.Time, Is.LessThan(TimeSpan.FromSeconds(3)));
    }

    [Test]
    public void Bytes_wait_while_two_nodes_are_cut_off_and_arrive_after_it()
    {
        cluster.Network.Cut(a, b);
        Send(1);
        cluster.RunFor(TimeSpan.FromMinutes(5));
        Assert.That(receiver.Log, Is.Empty);
        Assert.That(sender.ExitedSeen, Is.Empty);
        cluster.Network.Heal(a, b);
        cluster.RunFor(Second);
        Assert.That(receiver.Log, Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public void A_sender_that_is_cut_off_for_long_gives_its_connection_up()
    {
        cluster.Network.CutOneWay(a, b);
        Send(1);
        cluster.RunFor(TimeSpan.FromMinutes(20));
        Assert.That(sender.ExitedSeen, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_cut_in_one_direction_leaves_the_other_open()
    {
        cluster.Network.CutOneWay(b, a);
        Send(1);
        cluster.RunFor(Second);
        Assert.That(receiver.Log, Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public void A_connect_across_a_cut_waits_and_then_times_out()
    {
        cluster.Network.Break(a, b);
        cluster.Network.Cut(a, b);
        cluster.RunUntil(() => sender.ExitedSeen.Count == 1);
        Link();
        cluster.RunFor(TimeSpan.FromMinutes(2));
        Assert.That(sender.ExitedSeen, Has.Count.EqualTo(1));
        cluster.RunFor(TimeSpan.FromMinutes(1));
        Assert.That(sender.ExitedSeen, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_refused_connect_ends_the_link()
    {
        b.RefusesConnections = true;
        cluster.Network.Break(a, b);
        cluster.RunUntil(() => sender.ExitedSeen.Count == 1);
        Link();
        cluster.RunFor(Second);
        Assert.That(sender.ExitedSeen, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_half_open_connection_is_noticed_only_when_something_is_sent()
    {
        Assert.That(cluster.Network.HalfOpen(gone: b, unaware: a), Is.EqualTo(1));
        cluster.RunFor(TimeSpan.FromHours(1));
        Assert.That(sender.ExitedSeen, Is.Empty);
        Send(1);
        cluster.RunFor(TimeSpan.FromSeconds(2));
        Assert.That(sender.ExitedSeen, Has.Count.EqualTo(1));
        Assert.That(receiver.Log, Is.Empty);
    }

    [Test]
    public void A_slow_reader_holds_its_sender_up_and_gets_everything()
    {
        b.ReceiveBytesPerSecond = 100_000;
        for (int i = 0; i < 100; i++)
        {
            Send(i, padding: 10_000);
        }

        cluster.RunFor(Second * 5);
        Assert.That(receiver.Log.Count, Is.InRange(20, 70));
        cluster.RunFor(Second * 10);
        Assert.That(receiver.Log, Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"{i}")));
    }

    [Test]
    public void Messages_larger_than_the_window_arrive()
    {
        Send(1, padding: 1_000_000);
        cluster.RunUntil(() => receiver.Log.Count == 1);
    }

    [Test]
    public void A_connection_that_breaks_inside_a_message_loses_it_and_delivers_none_in_part()
    {
        for (int round = 0; round < 50; round++)
        {
            cluster.Network.Conditions = new NetworkConditions { Split = 0.9 };
            Link();
            cluster.Settle();
            for (int i = 0; i < 20; i++)
            {
                Send(i, padding: 1000);
            }

            cluster.RunToStep(cluster.Step + 40);
            cluster.Network.Break(a, b);
            cluster.RunFor(Second * 5);
        }

        Assert.That(receiver.Log, Has.Count.InRange(50, 50 * 20 - 1));
        Assert.That(b.Manager.Metrics, Is.Not.Null);
    }

    [Test]
    public void A_crash_ends_the_connections_and_no_process_is_told()
    {
        Probe first = receiver;
        b.Crash();
        Assert.That(b.IsUp, Is.False);
        cluster.RunUntil(() => sender.ExitedSeen.Count == 1);
        Assert.That(first.Log, Is.Empty);
        b.Restart();
        Send(1);
        cluster.RunUntil(() => receiver.Log.Count == 1);
        Assert.That(receiver, Is.Not.SameAs(first));
        Assert.That(first.Log, Is.Empty);
    }

    [Test]
    public void A_crash_with_the_host_is_noticed_after_the_restart_by_what_is_sent()
    {
        b.Crash(withHost: true);
        Send(1);
        cluster.RunFor(TimeSpan.FromMinutes(1));
        Assert.That(sender.ExitedSeen, Is.Empty);
        b.Restart();
        cluster.RunFor(Second * 5);
        Assert.That(sender.ExitedSeen, Has.Count.EqualTo(1));
        Assert.That(receiver.Log, Is.Empty);
    }

    [Test]
    public void A_node_that_stands_still_goes_on_later()
    {
        b.Pause(TimeSpan.FromSeconds(10));
        Send(1);
        cluster.RunFor(Second * 9);
        Assert.That(receiver.Log, Is.Empty);
        cluster.RunFor(Second * 2);
        Assert.That(receiver.Log, Is.EqualTo(new[] { "1" }));
    }

    private void Link() => sender.Dispatch(() => sender.Link(new UPid("chatter", b.Address)));

    private void Send(int number, int padding = 0)
    {
        byte[] body = new byte[4 + padding];
        BitConverter.TryWriteBytes(body, number);
        sender.Dispatch(() => sender.Send(new UPid("chatter", b.Address), "Number", body));
    }
}
