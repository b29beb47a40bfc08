using LibProcess.Suite.Catalog;
using LibProcess.Suite.Rounds;

namespace Mesos.Suite.Catalog;

/// <summary>An agent at work: S1 to S5. What the original came to was measured in other runs, on a machine of this kind.</summary>
internal static class Agent
{
    public static IReadOnlyList<Benchmark> All { get; } = [.. Start(), .. Hundred(), Memory(), Recovery(), .. Updates()];

    private static IEnumerable<Benchmark> Start() =>
        from checkpoint in new[] { 0, 1 }
        select new Benchmark(
            "S1.running" + Suffix(checkpoint),
            "a command task, from its launch by the scheduler to TASK_RUNNING there, one at a time" + Text(checkpoint),
            "task",
            "start",
            new() { ["checkpoint"] = checkpoint, [Shape.Operations] = 20 })
        {
            Recorded = new Dictionary<string, double> { ["p50ms"] = 119 },
            Least = 2,
        };

    private static IEnumerable<Benchmark> Hundred() =>
        from checkpoint in new[] { 0, 1 }
        select new Benchmark(
            "S2.hundred" + Suffix(checkpoint),
            "100 tasks `echo hi; sleep 0.2` from one offer, until the last TASK_FINISHED" + Text(checkpoint),
            "task",
            "many",
            new() { ["checkpoint"] = checkpoint, [Shape.Operations] = 100 })
        {
            Recorded = new Dictionary<string, double> { ["lastSeconds"] = 7.3 },
            Least = 2,
        };

    private static Benchmark Memory() =>
        new("S3.memory", "MiB resident after three quiet seconds: command executor with one task, agent, master", "look", "memory", new() { ["quietSeconds"] = 3, [SuiteRun.StartsAnew] = 1, [Shape.Operations] = 1 })
        {
            Recorded = new Dictionary<string, double> { ["executorMiB"] = 76, ["agentMiB"] = 85, ["masterMiB"] = 77 },
        };

    private static Benchmark Recovery() =>
        new("S4.recovery", "an agent killed and started again while 1,000 executors live, until it is registered with all of them", "executor", "recovery", new() { [SuiteRun.StartsAnew] = 1, [Shape.Operations] = 1000 })
        {
            Least = 2,
            Note = "the executors' containers hold a sleeping program; their drivers, each with a node of its own, live in the suite",
        };

    private static IEnumerable<Benchmark> Updates() =>
        from checkpoint in new[] { 0, 1 }
        select new Benchmark(
            "S5.updates" + Suffix(checkpoint),
            "status updates from an executor through agent and master to the scheduler and acknowledged, 100 tasks" + Text(checkpoint),
            "update",
            "updates",
            new() { ["checkpoint"] = checkpoint, ["tasks"] = 100, [Shape.Operations] = 5000 })
        {
            Least = 100,
        };

    private static string Suffix(int checkpoint) => checkpoint == 0 ? string.Empty : ".checkpoint";

    private static string Text(int checkpoint) => checkpoint == 0 ? string.Empty : ", checkpointed";
}
