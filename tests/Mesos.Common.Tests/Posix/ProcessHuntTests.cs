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
    private readonly List<TimeSpan> pauses = [];
    private TimeSpan waited;
    private int next = 100;

    [SetUp]
    public void SetUp()
    {
        living.Clear();
        stopped.Clear();
        signals.Clear();
        pauses.Clear();
        waited = TimeSpan.Zero;
        next = 100;
    }

    [Test]
    public async Task Nothing_that_is_certain_is_looked_for_once()
    {
        int looks = 0;
        Assert.That(await ProcessHunt.KillAllAsync(() => [], _ => (new HashSet<int>(), ++looks > 0), Signal, Pause), Is.True);
        Assert.That(looks, Is.EqualTo(1));
    }

    [Test]
    public async Task What_turns_into_another_program_just_now_is_looked_for_again()
    {
        Start(group: 7);
        int looks = 0;
        Assert.That(await ProcessHunt.KillAllAsync(() => [.. living.Values], _ => looks++ == 0 ? (new HashSet<int>(), false) : (living.Keys.ToHashSet(), true), Signal, Pause), Is.True);
        Assert.That(living, Is.Empty);
        Assert.That(await ProcessHunt.KillAllAsync(() => [], _ => (new HashSet<int>(), looks++ < 0), Signal, Pause), Is.True, "not for ever");
    }

    [Test]
    public async Task What_one_look_misses_while_it_flees_is_found_by_the_next()
    {
        Start(group: 7);
        int looks = 0;
        Assert.That(await ProcessHunt.KillAllAsync(() => [.. living.Values], table => ++looks == 2 ? (new HashSet<int>(), true) : Everything(table), Signal, Pause), Is.True);
        Assert.That(living, Is.Empty);
    }

    [Test]
    public async Task Processes_that_start_two_others_at_each_look_are_all_stopped_before_any_is_killed()
    {
        Start(group: 7);
        Assert.That(await ProcessHunt.KillAllAsync(Fork, Everything, Signal, Pause), Is.True);
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
    public async Task A_group_with_strangers_is_spared_and_its_members_are_not()
    {
        int member = Start(group: 7);
        int stranger = Start(group: 7);
        Assert.That(await ProcessHunt.KillAllAsync(() => [.. living.Values], table => (table.Select(process => process.Pid).Where(pid => pid == member).ToHashSet(), true), Signal, Pause), Is.True);
        Assert.That(living.Keys, Is.EqualTo(new[] { stranger }));
        Assert.That(signals.Select(signal => signal.Target), Has.All.EqualTo(member));
    }

    [TestCase(0.005, 10)]
    [TestCase(1.9, 60)]
    public async Task What_takes_its_time_to_die_is_waited_for_and_looked_at_ever_more_rarely(double seconds, int mostLooks)
    {
        Start(group: 7);
        int looks = 0;
        Assert.That(await ProcessHunt.KillAllAsync(Look, Everything, (target, signal) => signals.Add((target, signal)), Pause), Is.True);
        Assert.That(signals.Select(signal => signal.Signal), Does.Contain(Kill));
        Assert.That(looks, Is.LessThanOrEqualTo(mostLooks));

        List<ProcessEntry> Look()
        {
            looks++;
            return waited.TotalSeconds < seconds ? [.. living.Values] : [];
        }
    }

    [Test]
    public async Task What_dies_at_once_is_not_waited_for_before_it_is_killed()
    {
        Start(group: 7);
        Assert.That(await ProcessHunt.KillAllAsync(() => [.. living.Values], Everything, Signal, Pause), Is.True);
        Assert.That(pauses, Is.EqualTo(new[] { TimeSpan.FromMilliseconds(1) }));
    }

    [Test]
    public async Task What_does_not_die_is_given_up_after_a_while()
    {
        Start(group: 7);
        Assert.That(await ProcessHunt.KillAllAsync(() => [.. living.Values], Everything, (_, _) => { }, Pause), Is.False);
        Assert.That(waited, Is.InRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.1)));
        Assert.That(pauses, Has.All.LessThanOrEqualTo(TimeSpan.FromMilliseconds(50)));
    }

    private static (IReadOnlySet<int> Found, bool IsCertain) Everything(IReadOnlyList<ProcessEntry> table) => (table.Select(process => process.Pid).ToHashSet(), true);

    private Task Pause(TimeSpan time)
    {
        pauses.Add(time);
        waited += time;
        return Task.CompletedTask;
    }

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
