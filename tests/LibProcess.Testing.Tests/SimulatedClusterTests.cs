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
