using LibProcess.Addressing;
using LibProcess.Testing.Simulation;
using LibProcess.Testing.Simulation.Faults;

namespace LibProcess.Testing.Tests;

public sealed class SimulatedClusterTests
{
    [Test]
    public void Messages_travel_between_nodes_over_the_real_wire_in_virtual_time()
    {
        using var cluster = new SimulatedCluster(seed: 7);
        Probe receiver = Start(cluster, messages: 50);
        cluster.RunUntil(() => receiver.Log.Count == 50);
        Assert.That(receiver.Log, Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"{i}")));
        Assert.That(cluster.Time, Is.GreaterThan(TimeSpan.FromMilliseconds(100)));
        Assert.That(cluster["a"].Address.ToString(), Is.EqualTo("10.0.0.2:5050"));
    }

    [Test]
    public void The_same_seed_gives_the_same_steps_and_another_seed_others()
    {
        (long steps, ulong hash) = Run(seed: 11);
        Assert.That(Run(seed: 11), Is.EqualTo((steps, hash)));
        Assert.That(Run(seed: 12).Hash, Is.Not.EqualTo(hash));
    }

    [Test]
    public void A_run_to_a_step_is_the_beginning_of_the_whole_run()
    {
        var hashes = new List<ulong>();
        using (var whole = new SimulatedCluster(seed: 4))
        {
            Start(whole, messages: 20);
            for (int i = 0; i < 150; i++)
            {
                whole.RunToStep(whole.Step + 1);
                hashes.Add(whole.TraceHash);
            }
        }

        using var part = new SimulatedCluster(seed: 4);
        Start(part, messages: 20);
        part.RunToStep(117);
        Assert.That((part.Step, part.TraceHash), Is.EqualTo((117, hashes[116])));
    }

    [Test]
    public void A_node_can_crash_at_every_step_and_comes_back()
    {
        long last;
        using (var calm = new SimulatedCluster(seed: 9))
        {
            Start(calm, messages: 3);
            calm.RunFor(TimeSpan.FromSeconds(1));
            last = calm.Step;
        }

        for (long step = 1; step < last; step++)
        {
            using var cluster = new SimulatedCluster(seed: 9);
            Start(cluster, messages: 3);
            SimulatedNode victim = cluster["b"];
            cluster.AtStep(step, () => victim.Crash());
            cluster.RunFor(TimeSpan.FromSeconds(1));
            Assert.That(victim.IsUp, Is.False);
            victim.Restart();
            cluster.Settle();
        }
    }

    [Test]
    public void A_condition_that_cannot_come_true_fails_with_the_circumstances()
    {
        using var cluster = new SimulatedCluster(seed: 6);
        Start(cluster, messages: 1);
        Assert.That(
            () => cluster.RunUntil(() => false),
            Throws.InstanceOf<SimulationFailedException>().With.Message.StartsWith(
                "the condition does not hold, and nothing is left that could happen\nseed 6, step "));
    }

    [Test]
    public void A_process_that_goes_in_a_circle_fails_the_run()
    {
        using var cluster = new SimulatedCluster(new SimulationOptions { SlowTurns = 0, MaxStepsAtOnce = 1000 });
        SimulatedNode node = cluster.AddNode("a");
        Probe probe = node.Spawn(new Probe(node.Manager, "circle"));
        void Again() => probe.Dispatch(Again);
        Again();
        Assert.That(
            () => cluster.RunFor(TimeSpan.FromSeconds(1)),
            Throws.InstanceOf<SimulationFailedException>().With.Property("Reason").Contains("goes in a circle"));
    }

    [Test]
    public void An_exception_that_leaves_a_handler_fails_the_run_at_its_step()
    {
        using var cluster = new SimulatedCluster(seed: 6);
        SimulatedNode node = cluster.AddNode("a");
        Probe probe = node.Spawn(new Probe(node.Manager, "broken"));
        probe.Dispatch(() => throw new FormatException("no"), "Break");
        Assert.That(
            () => cluster.RunFor(TimeSpan.FromSeconds(1)),
            Throws.InstanceOf<SimulationFailedException>().With.Property("Reason").EqualTo(
                "process broken on node a let an exception escape from Dispatch Break: no"));
    }

    [Test]
    public void A_check_is_made_after_every_step()
    {
        using var cluster = new SimulatedCluster(seed: 6);
        Probe receiver = Start(cluster, messages: 10);
        cluster.Check("three are too many", () => receiver.Log.Count < 3);
        Assert.That(
            () => cluster.RunFor(TimeSpan.FromSeconds(5)),
            Throws.InstanceOf<SimulationFailedException>().With.Property("Reason").EqualTo("three are too many"));
        Assert.That(receiver.Log, Has.Count.EqualTo(3));
    }

    [Test]
    public void A_date_that_is_wrong_on_one_node_is_right_on_the_other()
    {
        using var cluster = new SimulatedCluster(seed: 6);
        SimulatedNode a = cluster.AddNode("a");
        SimulatedNode b = cluster.AddNode("b");
        b.ClockOffset = TimeSpan.FromDays(-1);
        Assert.That(a.Manager.Clock.GetUtcNow() - b.Manager.Clock.GetUtcNow(), Is.EqualTo(TimeSpan.FromDays(1)));
    }

    private static (long Steps, ulong Hash) Run(ulong seed)
    {
        using var cluster = new SimulatedCluster(new SimulationOptions { Seed = seed, Faults = FaultPlan.Rough });
        Start(cluster, messages: 200);
        cluster.RunFor(TimeSpan.FromMinutes(1));
        return (cluster.Step, cluster.TraceHash);
    }

    private static Probe Start(SimulatedCluster cluster, int messages)
    {
        Probe receiver = null!;
        SimulatedNode b = cluster.AddNode("b", build: node => receiver = node.Spawn(Chatter.Receiver(node)));
        cluster.AddNode("a", build: node => Chatter.Build(node, new UPid("chatter", b.Address), messages));
        return receiver;
    }
}
