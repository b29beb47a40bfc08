using LibProcess.Futures;
using LibProcess.Testing;

namespace LibProcess.Tests.Futures;

[CancelAfter(30_000)]
public sealed class RateLimiterTests
{
    private static readonly TimeSpan Half = TimeSpan.FromSeconds(0.5);

    private VirtualClock clock = null!;
    private RateLimiter limiter = null!;

    [SetUp]
    public void Create()
    {
        clock = new VirtualClock();
        limiter = new RateLimiter(clock, new RateLimit(2, TimeSpan.FromSeconds(1)));
    }

    [TearDown]
    public void DisposeLimiter() => limiter.Dispose();

    [Test]
    public async Task Permits_are_spaced_evenly_and_given_in_order()
    {
        Task first = limiter.AcquireAsync();
        Task second = limiter.AcquireAsync();
        Task third = limiter.AcquireAsync();
        Assert.That(first.IsCompleted, Is.True);

        clock.Advance(Half - TimeSpan.FromTicks(1));
        Assert.That(second.IsCompleted, Is.False);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await second;
        Assert.That(third.IsCompleted, Is.False);
        clock.Advance(Half);
        await third;
        Assert.That(limiter.Waiting, Is.Zero);
    }

    [Test]
    public void Permits_nobody_took_are_not_saved_up()
    {
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.That(limiter.AcquireAsync().IsCompleted, Is.True);
        Assert.That(limiter.AcquireAsync().IsCompleted, Is.False);
    }

    [Test]
    public async Task Who_gives_up_takes_no_permit()
    {
        using var cancellation = new CancellationTokenSource();
        await limiter.AcquireAsync();
        Task impatient = limiter.AcquireAsync(cancellation.Token);
        Task next = limiter.AcquireAsync();

        await cancellation.CancelAsync();
        Assert.That(async () => await impatient, Throws.InstanceOf<OperationCanceledException>());
        clock.Advance(Half);
        await next;
    }

    [Test]
    public async Task A_queue_all_of_whom_gave_up_starts_afresh()
    {
        using var cancellation = new CancellationTokenSource();
        await limiter.AcquireAsync();
        Task impatient = limiter.AcquireAsync(cancellation.Token);
        await cancellation.CancelAsync();
        Assert.That(async () => await impatient, Throws.InstanceOf<OperationCanceledException>());

        clock.Advance(Half);
        Assert.That(limiter.AcquireAsync().IsCompleted, Is.True);
        Task next = limiter.AcquireAsync();
        clock.Advance(Half);
        await next;
    }

    [Test]
    public void Disposing_cancels_all_who_wait_and_all_who_come()
    {
        _ = limiter.AcquireAsync();
        Task waiting = limiter.AcquireAsync();
        limiter.Dispose();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await limiter.AcquireAsync(), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("2/1secs", 2, 1)]
    [TestCase("100/1mins", 100, 60)]
    public void Limits_are_read(string text, int permits, double seconds)
    {
        Assert.That(RateLimit.TryParse(text, out RateLimit limit, out string? error), Is.True, error);
        Assert.That(limit, Is.EqualTo(new RateLimit(permits, TimeSpan.FromSeconds(seconds))));
        Assert.That(limit.ToString(), Is.EqualTo(text));
    }

    [TestCase("2")]
    [TestCase("2/")]
    [TestCase("2/1")]
    [TestCase("x/1secs")]
    [TestCase("0/1secs")]
    [TestCase("-1/1secs")]
    [TestCase("1/0secs")]
    [TestCase("1/1secs/2")]
    public void Malformed_limits_are_refused_with_a_reason(string text)
    {
        Assert.That(RateLimit.TryParse(text, out _, out string? error), Is.False);
        Assert.That(error, Is.Not.Empty);
    }
}
