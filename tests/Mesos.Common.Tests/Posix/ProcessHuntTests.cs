using Mesos.Common.Posix;

namespace Mesos.Common.Tests.Posix;

[TestFixture]
internal sealed class ProcessHuntTests
{
    private const int Stop = 19;
    private const int Kill = 9;

    private readonly Dictionary<int, ProcessEntry> living = [];
    private readonly HashSet<int> stopped = [];
    private readonly List<(int Target, int Signal)> signals = [];
    private int next = 100;

    [SetUp]
    public void SetUp()
    {
        living.Clear();
        stopped.Clear();
        signals.Clear();
        next = 100;
    }

    [Test]
    public void Nothing_that_is_certain_is_looked_for_once()
    {
        int looks = 0;
        Assert.That(ProcessHunt.KillAll(() => [], _ => (new HashSet<int>(), ++looks > 0), Signal), Is.True);
        Assert.That(looks, Is.EqualTo(1));
    }

    [Test]
    public void What_turns_into_another_program_just_now_is_looked_for_again()
    {
        Start(group: 7);
        int looks = 0;
        Assert.That(ProcessHunt.KillAll(() => [.. living.Values], _ => looks++ == 0 ? (new HashSet<int>(), false) : (living.Keys.ToHashSet(), true), Signal), Is.True);
        Assert.That(living, Is.Empty);
        Assert.That(ProcessHunt.KillAll(() => [], _ => (new HashSet<int>(), looks++ < 0), Signal), Is.True, "not for ever");
    }

    [Test]
    public void What_one_look_misses_while_it_flees_is_found_by_the_next()
    {
        Start(group: 7);
        int looks = 0;
        Assert.That(ProcessHunt.KillAll(() => [.. living.Values], table => ++looks == 2 ? (new HashSet<int>(), true) : Everything(table), Signal), Is.True);
        Assert.That(living, Is.Empty);
    }

    [Test]
    public void Processes_that_start_two_others_at_each_look_are_all_stopped_before_any_is_killed()
    {
        Start(group: 7);
        Assert.That(ProcessHunt.KillAll(Fork, Everything, Signal), Is.True);
        Assert.That(living, Is.Empty);
        Assert.That(signals.SkipWhile(signal => signal.Signal == Stop).Select(signal => signal.Signal), Has.All.EqualTo(Kill));
        Assert.That(next, Is.LessThan(110), "the group is stopped in one blow");

        List<ProcessEntry> Fork()
        {
            foreach (ProcessEntry parent in living.Values.Where(process => !stopped.Contains(process.Pid)).ToArray())
            {
                Start(group: 7);
                Start(group: 7);
            }

            return [.. living.Values];
        }
    }

    [Test]
    public void A_group_with_strangers_is_spared_and_its_members_are_not()
    {
        int member = Start(group: 7);
        int stranger = Start(group: 7);
        Assert.That(ProcessHunt.KillAll(() => [.. living.Values], table => (table.Select(process => process.Pid).Where(pid => pid == member).ToHashSet(), true), Signal), Is.True);
        Assert.That(living.Keys, Is.EqualTo(new[] { stranger }));
        Assert.That(signals.Select(signal => signal.Target), Has.All.EqualTo(member));
    }

    [Test]
    public void What_does_not_die_is_given_up_after_a_while()
    {
        Start(group: 7);
        Assert.That(ProcessHunt.KillAll(() => [.. living.Values], Everything, (_, _) => { }), Is.False);
    }

    private static (IReadOnlySet<int> Found, bool IsCertain) Everything(IReadOnlyList<ProcessEntry> table) => (table.Select(process => process.Pid).ToHashSet(), true);

    private int Start(int group)
    {
        living[next] = new ProcessEntry(next, 1, group, group, false, 0, 0, 0);
        return next++;
    }

    private void Signal(int target, int signal)
    {
        signals.Add((target, signal));
        foreach (int pid in living.Values.Where(process => process.Pid == target || process.Group == -target).Select(process => process.Pid).ToArray())
        {
            stopped.Add(pid);
            if (signal == Kill)
            {
                living.Remove(pid);
            }
        }
    }
}
