using LibProcess.Suite.Catalog;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Tests;

/// <summary>Every workload of the suite in small: it still runs, and nothing is lost or doubled. Speed plays no part.</summary>
[TestFixture]
internal sealed class SmallTwinTests
{
    // One shape of each workload; the others differ in numbers only.
    private static readonly string[] Chosen =
    [
        "L1.pairs2", "L2.messages", "L2.calls", "L3.window100", "L3.suspended", "L4.lives", "L4.idle",
        "L5.tree100", "L5.strict100", "L5.typed1000", "L6.clients10.body100", "L6.clients10.body100.oneProgram",
        "L7.latency", "L7.stream", "L8.visits", "L9.depth16", "L9.depth16.gzip", "L10.metrics10000",
    ];

    private static IEnumerable<Benchmark> Small => Chosen.Select(id => Benchmarks.All.Single(benchmark => benchmark.Id == id));

    [TestCaseSource(nameof(Small))]
    [CancelAfter(60_000)]
    public async Task A_workload_runs_in_small_and_counts_every_operation(Benchmark benchmark)
    {
        Sample sample = await SuiteRun.SmallAsync(benchmark);
        Assert.That(sample.Operations, Is.GreaterThanOrEqualTo(1));
        Assert.That(sample.Seconds, Is.Positive);
    }

    [Test]
    public void Every_workload_of_the_catalog_has_a_small_twin()
    {
        var all = Benchmarks.All.Where(benchmark => !benchmark.NeedsOriginal).Select(benchmark => benchmark.Workload).Distinct();
        Assert.That(Small.Select(benchmark => benchmark.Workload).Distinct(), Is.EquivalentTo(all));
    }

    [Test]
    public void Names_of_benchmarks_are_unique() =>
        Assert.That(Benchmarks.All.Select(benchmark => benchmark.Id), Is.Unique);
}
