using LibProcess.Testing.Simulation;

namespace LibProcess.Testing.Tests;

public sealed class LeftSimulationTests
{
    [Test]
    public void A_process_that_uses_Task_Run_is_detected() =>
        Check(_ => Task.Run(() => { }), "what process bad@10.0.0.1:5050 on node a started in step");

    [Test]
    public void A_process_that_waits_for_a_timer_of_the_system_is_detected() =>
        Check(_ => Task.Delay(1), string.Empty);

    [Test]
    public void A_thread_that_calls_a_process_is_detected() =>
        Check(
            probe =>
            {
                // Without its context: only the call into the simulation gives it away.
                ThreadPool.UnsafeQueueUserWorkItem(_ => probe.Dispatch(() => { }), null);
                return probe.Wait(TimeSpan.FromHours(2));
            },
            "a process was given work on thread");

    [Test]
    public void What_stays_inside_is_not_detected()
    {
        using var cluster = new SimulatedCluster(seed: 1);
        SimulatedNode a = cluster.AddNode("a");
        bool done = false;
        a.Spawn(new Probe(a.Manager, "good", probe => probe.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromMinutes(1), a.Manager.Clock);
            await Task.WhenAll(probe.Wait(TimeSpan.FromMinutes(1)), probe.CallAsync(() => { }));
            await Task.Yield();
            await Task.Delay(TimeSpan.FromMinutes(1), a.Manager.Clock).ConfigureAwait(false);
            done = true;
        })));
        cluster.RunUntil(() => done);
    }

    private static void Check(Func<Probe, Task> story, string text)
    {
        var cluster = new SimulatedCluster(seed: 1);
        SimulatedNode a = cluster.AddNode("a");
        bool done = false;
        a.Spawn(new Probe(a.Manager, "bad", probe => probe.Run(async () =>
        {
            await story(probe);
            done = true;
        })));
        Assert.That(
            () => cluster.RunUntil(() => done),
            Throws.InstanceOf<SimulationFailedException>().With.Property("Reason").StartsWith("left the simulation: " + text));
    }
}
