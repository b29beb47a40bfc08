using LibProcess.Testing;

namespace LibProcess.Tests.Time;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VirtualClockTests
{
    private readonly VirtualClock clock = new();
    private readonly List<string> fired = [];

    [Test]
    public void Time_stands_still_until_it_is_moved()
    {
        DateTimeOffset before = clock.GetUtcNow();
        clock.Advance(TimeSpan.FromHours(1));
        Assert.That(clock.GetUtcNow() - before, Is.EqualTo(TimeSpan.FromHours(1)));
    }

    [Test]
    public void A_timer_sees_its_own_moment()
    {
        DateTimeOffset start = clock.GetUtcNow();
        TimeSpan? seen = null;
        using ITimer timer = clock.CreateTimer(_ => seen = clock.GetUtcNow() - start, null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.That(seen, Is.EqualTo(TimeSpan.FromSeconds(3)));
    }

    [Test]
    public void A_periodic_timer_fires_for_every_period_that_passes()
    {
        using ITimer timer = Timer("tick", 1, 1);
        clock.Advance(TimeSpan.FromSeconds(3.5));
        Assert.That(fired, Has.Count.EqualTo(3));
    }

    [Test]
    public void A_changed_timer_forgets_its_old_moment()
    {
        using ITimer timer = Timer("a", 1);
        timer.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.That(fired, Is.Empty);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(fired, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_timer_made_while_time_moves_fires_in_the_same_move()
    {
        using ITimer outer = clock.CreateTimer(_ => Timer("inner", 1), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.That(fired, Is.EqualTo(new[] { "inner" }));
    }

    private ITimer Timer(string name, double due, double period = 0) =>
        clock.CreateTimer(
            _ => fired.Add(name),
            null,
            TimeSpan.FromSeconds(due),
            period > 0 ? TimeSpan.FromSeconds(period) : Timeout.InfiniteTimeSpan);
}
