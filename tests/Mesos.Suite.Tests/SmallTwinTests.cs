using LibProcess.Suite.Catalog;
using LibProcess.Suite.Reporting;
using LibProcess.Suite.Rounds;
using Mesos.Suite.Catalog;

namespace Mesos.Suite.Tests;

/// <summary>Every workload of the suite in small, against the executable built with these tests: it still runs, and nothing is lost. Speed plays no part.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class SmallTwinTests
{
    // One shape of each workload; the others differ in numbers only.
    private static readonly string[] Chosen = ["S1.running", "S2.hundred", "S3.memory", "S4.recovery", "S5.updates.checkpoint"];

    private static string Executable => Environment.GetEnvironmentVariable("MESOS_TEST_EXECUTABLE") is { Length: > 0 } named
        ? named
        : Path.Combine(AppContext.BaseDirectory, "mesos");

    private static IEnumerable<Benchmark> Small => Chosen.Select(id => Agent.All.Single(benchmark => benchmark.Id == id));

    [TestCaseSource(nameof(Small))]
    [CancelAfter(60_000)]
    public async Task A_workload_runs_in_small_and_counts_every_operation(Benchmark benchmark)
    {
        Sample sample = await SuiteRun.SmallAsync(benchmark, Executable);
        Assert.That(sample.Operations, Is.GreaterThanOrEqualTo(1));
        Assert.That(sample.Seconds, Is.Positive);
        Assert.That(sample.Extra.Values, Has.All.GreaterThanOrEqualTo(0), "every figure was found");
    }

    [Test]
    public void Every_workload_of_the_catalog_has_a_small_twin() =>
        Assert.That(Small.Select(benchmark => benchmark.Workload).Distinct(), Is.EquivalentTo(Agent.All.Select(benchmark => benchmark.Workload).Distinct()));

    [Test]
    public void Every_benchmark_has_its_bars_and_every_bar_its_benchmark()
    {
        var goals = Goals.Load(Path.Combine(AppContext.BaseDirectory, "goals.json"));
        Assert.That(goals.Benchmarks.Where(id => id.StartsWith('S')), Is.EquivalentTo(Agent.All.Select(benchmark => benchmark.Id)));
    }

    [Test]
    public void A_name_chooses_its_benchmarks_and_what_is_unknown_is_refused()
    {
        Assert.That(Options.Parse(["S1"]).Benchmarks.Select(benchmark => benchmark.Id), Is.EqualTo(new[] { "S1.running", "S1.running.checkpoint" }));
        Assert.That(() => Options.Parse(["S99"]), Throws.ArgumentException);
        Assert.That(() => Options.Parse(["--fast"]), Throws.ArgumentException);
    }
}
