using LibProcess.Suite.Catalog;
using LibProcess.Suite.Measuring;
using LibProcess.Suite.Reporting;
using LibProcess.Suite.Rounds;

namespace LibProcess.Suite.Tests;

/// <summary>What counts as reached.</summary>
[TestFixture]
internal sealed class GoalsTests
{
    private string file = null!;

    [SetUp]
    public void Create() => file = Path.GetTempFileName();

    [TearDown]
    public void Delete() => File.Delete(file);

    [Test]
    public void The_goals_of_the_suite_name_benchmarks_that_there_are()
    {
        // Those of Mesos have letters of their own.
        var goals = Goals.Load(Path.Combine(AppContext.BaseDirectory, "goals.json"));
        Assert.That(goals.Benchmarks.Where(id => id.StartsWith('L')), Is.SubsetOf(Benchmarks.All.Select(benchmark => benchmark.Id)));
    }

    [Test]
    public void An_enforced_floor_that_is_missed_fails()
    {
        Verdict verdict = Judge("""{ "L1.pairs8": { "peers": { "akka": { "floor": 3, "goal": 4, "enforced": true } } } }""").Single();
        Assert.That(verdict.MissesFloor && verdict.Enforced);
        Assert.That(verdict.MeetsGoal, Is.False);
    }

    [Test]
    public void A_floor_that_is_reached_does_not_fail()
    {
        Verdict verdict = Judge("""{ "L1.pairs8": { "peers": { "akka": { "floor": 1.5, "goal": 2 } } } }""").Single();
        Assert.That(verdict.MissesFloor, Is.False);
        Assert.That(verdict.MeetsGoal);
    }

    [Test]
    public void Of_bytes_and_times_less_is_better()
    {
        Verdict verdict = Judge("""{ "L1.pairs8": { "figures": { "bytesPerOp": { "floor": 10, "goal": 1 } } } }""").Single();
        Assert.That(verdict.MissesFloor, Is.False);
        Assert.That(verdict.MeetsGoal, Is.False);
    }

    [Test]
    public void A_recorded_figure_of_the_original_informs_and_never_fails()
    {
        Verdict verdict = Judge("""{ "L1.pairs8": { "peers": { "upstream": { "floor": 1000, "enforced": true } } } }""").Single();
        Assert.That(verdict.MissesFloor);
        Assert.That(verdict.Enforced, Is.False);
        Assert.That(verdict.Text, Does.Contain("recorded, other run"));
    }

    private Verdict[] Judge(string goals)
    {
        File.WriteAllText(file, goals);
        var result = new Result(Benchmarks.All.Single(benchmark => benchmark.Id == "L1.pairs8"));
        for (int round = 0; round < 3; round++)
        {
            result.Add(Sides.Ours, new Sample { Operations = 2_000_000, Seconds = 1, Bytes = 4_000_000 });
            result.Add("akka", new Sample { Operations = 1_000_000, Seconds = 1 });
        }

        return [.. Goals.Load(file).Judge(result)];
    }
}
