namespace LibProcess.Suite.Tests;

/// <summary>The command line.</summary>
[TestFixture]
internal sealed class SuiteOptionsTests
{
    [Test]
    public void A_name_chooses_its_benchmarks_and_not_those_of_longer_names()
    {
        var chosen = SuiteOptions.Parse(["L1"]).Benchmarks.Select(benchmark => benchmark.Id);
        Assert.That(chosen, Is.EqualTo(new[] { "L1.pairs1", "L1.pairs2", "L1.pairs8" }));
    }

    [Test]
    public void Unknown_names_and_options_are_refused()
    {
        Assert.That(() => SuiteOptions.Parse(["L99"]), Throws.ArgumentException);
        Assert.That(() => SuiteOptions.Parse(["--fast"]), Throws.ArgumentException);
    }
}
