namespace LibProcess.Futures;

/// <summary>
/// Hands out permits at even distances, first come first served; there are no bursts, and permits nobody took are not saved up.
/// </summary>
/// <remarks>
/// Upstream: 3rdparty/libprocess/include/process/limiter.hpp. Safe from any thread. Who waits in a process resumes there, and by
/// then a permit may have gone to another process too: give each process a limiter of its own where that matters.
/// </remarks>
public sealed class RateLimiter : IDisposable
{
    private readonly TimeProvider clock;
    private readonly long spacing;
    private readonly Lock gate = new();
    private readonly LinkedList<Promise<bool>> waiting = new();
    private ITimer? timer;
    private long? nextPermit;
    private bool disposed;

    /// <summary>Creates a limiter whose first permit is there at once.</summary>
    /// <param name="clock">The clock of the node.</param>
    /// <param name="limit">How often.</param>
    /// <exception cref="ArgumentOutOfRangeException">Permits or interval are not positive.</exception>
    public RateLimiter(TimeProvider clock, RateLimit limit)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit.Permits, nameof(limit));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit.Interval, TimeSpan.Zero, nameof(limit));
        this.clock = clock;
        spacing = (long)(limit.Spacing.TotalSeconds * clock.TimestampFrequency);
    }

    /// <summary>Creates a limiter whose first permit is there at once.</summary>
    /// <param name="clock">The clock of the node.</param>
    /// <param name="permitsPerSecond">More than zero; may be a fraction.</param>
    public RateLimiter(TimeProvider clock, double permitsPerSecond)
    {
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(permitsPerSecond);
        this.clock = clock;
        spacing = (long)(clock.TimestampFrequency / permitsPerSecond);
    }

    /// <summary>How many wait for a permit.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    /// <summary>Completes when the caller has a permit: at once if nobody waits and the last permit is long enough ago.</summary>
    /// <param name="cancellation">Gives up the place in the queue.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the limiter was disposed.</exception>
    public Task AcquireAsync(CancellationToken cancellation = default)
    {
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellation);
        }

        LinkedListNode<Promise<bool>> place;
        lock (gate)
        {
            if (disposed)
            {
                return Task.FromCanceled(new CancellationToken(canceled: true));
            }

            long now = clock.GetTimestamp();
            if (waiting.Count == 0 && (nextPermit is not { } next || now >= next))
            {
                nextPermit = now + spacing;
                return Task.CompletedTask;
            }

            place = waiting.AddLast(new Promise<bool>());
            if (waiting.Count == 1)
            {
                Arm(now);
            }
        }

        return cancellation.CanBeCanceled ? WaitAsync(place, cancellation) : place.Value.Task;
    }

    /// <summary>Cancels all who wait.</summary>
    public void Dispose()
    {
        Promise<bool>[] abandoned;
        lock (gate)
        {
            disposed = true;
            abandoned = [.. waiting];
            waiting.Clear();
            timer?.Dispose();
        }

        foreach (Promise<bool> promise in abandoned)
        {
            promise.TryCancel(new CancellationToken(canceled: true));
        }
    }

    private async Task WaitAsync(LinkedListNode<Promise<bool>> place, CancellationToken cancellation)
    {
        using CancellationTokenRegistration registration =
            cancellation.UnsafeRegister((_, token) => Leave(place, token), null);
        await place.Value.Task;
    }

    private void Leave(LinkedListNode<Promise<bool>> place, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (place.List is null)
            {
                return; // The permit came first.
            }

            waiting.Remove(place);
        }

        place.Value.TryCancel(cancellation);
    }

    private void Grant()
    {
        Promise<bool> first;
        lock (gate)
        {
            if (disposed || waiting.First is not { } place)
            {
                return;
            }

            long now = clock.GetTimestamp();
            if (now < nextPermit)
            {
                Arm(now); // The timer has a coarser grain than the clock.
                return;
            }

            first = place.Value;
            waiting.RemoveFirst();
            nextPermit = now + spacing;
            if (waiting.Count > 0)
            {
                Arm(now);
            }
        }

        first.TrySet(true);
    }

    private void Arm(long now)
    {
        double milliseconds = Math.Ceiling(((nextPermit ?? now) - now) * 1000.0 / clock.TimestampFrequency);
        var due = TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, int.MaxValue));
        if (timer is null)
        {
            timer = clock.CreateTimer(static state => ((RateLimiter)state!).Grant(), this, due, Timeout.InfiniteTimeSpan);
        }
        else
        {
            timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }
}
