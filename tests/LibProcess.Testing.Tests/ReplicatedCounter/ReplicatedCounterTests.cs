using System.Diagnostics;
using LibProcess.Testing.Simulation;

namespace LibProcess.Testing.Tests.ReplicatedCounter;

/// <summary>A small program found right, and the same program with mistakes found wrong.</summary>
/// <remarks>The environment variable <c>SIMULATION_SEEDS</c> sets how many seeds the right program is run with.</remarks>
public sealed class ReplicatedCounterTests
{
    private const int MaxSeeds = 1000;

    private static int Seeds => int.TryParse(Environment.GetEnvironmentVariable("SIMULATION_SEEDS"), out int seeds) ? seeds : 200;

    [Test]
    public void The_counter_is_right_on_every_bad_day()
    {
        var watch = Stopwatch.StartNew();
        long steps = 0;
        TimeSpan time = TimeSpan.Zero;
        for (ulong seed = 1; seed <= (ulong)Seeds; seed++)
        {
            using var scenario = new CounterScenario(seed);
            scenario.Run();
            steps += scenario.Cluster.Step;
            time += scenario.Cluster.Time;
        }

        TestContext.Out.WriteLine(
            $"{Seeds} seeds, {steps} steps, {time} of virtual time in {watch.Elapsed.TotalSeconds:F1} s: {Seeds / watch.Elapsed.TotalSeconds:F0} seeds/s");
    }

    [TestCase(Mistake.AcknowledgesTooEarly, "an acknowledged increment is missing on a backup")]
    [TestCase(Mistake.AppliesOutOfOrder, "a backup has increments in another order than the primary")]
    [TestCase(Mistake.WritesTooLate, "a backup has increments in another order than the primary")]
    public void A_planted_mistake_is_found_and_its_seed_comes_to_the_same_step(object planted, string reason)
    {
        var mistake = (Mistake)planted;
        SimulationFailedException found = Find(mistake);
        Assert.That(found.Reason, Is.EqualTo(reason));
        Assert.That(found.Message, Does.Contain($"seed {found.Seed}, step {found.Step}"));
        TestContext.Out.WriteLine($"{mistake}: {found.Message[..Math.Min(found.Message.Length, 300)]}");

        SimulationFailedException again = Run(found.Seed, mistake)!;
        Assert.That((again.Step, again.TraceHash, again.Message), Is.EqualTo((found.Step, found.TraceHash, found.Message)));
        Assert.That(Run(found.Seed, Mistake.None), Is.Null, "the mistake alone is the cause");
    }

    private static SimulationFailedException Find(Mistake mistake)
    {
        for (ulong seed = 1; seed <= MaxSeeds; seed++)
        {
            if (Run(seed, mistake) is { } found)
            {
                return found;
            }
        }

        throw new AssertionException($"{mistake} was not found in {MaxSeeds} seeds");
    }

    private static SimulationFailedException? Run(ulong seed, Mistake mistake)
    {
        using var scenario = new CounterScenario(seed, mistake);
        try
        {
            scenario.Run();
            return null;
        }
        catch (SimulationFailedException exception)
        {
            return exception;
        }
    }
}
