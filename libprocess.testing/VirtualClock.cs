namespace LibProcess.Testing;

/// <summary>Time that stands still until told otherwise. Timers fire in order of due time, then of creation.</summary>
/// <remarks>
/// Upstream: <c>Clock::pause</c> and <c>Clock::advance</c>, but per node: tests with clocks of their own run side by side.
/// Safe from any thread; one thread at a time may advance.
/// </remarks>
public sealed class VirtualClock : TimeProvider
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<VirtualTimer, (long Due, long Order)> timers = new();
    private readonly DateTimeOffset start;
    private long now;
    private long order;

    /// <summary>Creates a clock that stands at a moment; default is the first of January 2026, UTC.</summary>
    public VirtualClock(DateTimeOffset? start = null)
    {
        this.start = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref now);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => start.AddTicks(GetTimestamp());

    /// <summary>Moves time on and fires what falls due, each timer at its own moment.</summary>
    /// <param name="by">Zero or more; zero fires what is due now.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        long end = GetTimestamp() + by.Ticks;
        while (TakeDue(end) is { } timer)
        {
            timer.Fire();
        }

        Volatile.Write(ref now, end);
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private VirtualTimer? TakeDue(long end)
    {
        lock (gate)
        {
            while (timers.TryPeek(out VirtualTimer? timer, out (long Due, long Order) key))
            {
                if (timer.Entry != key.Order)
                {
                    timers.Dequeue(); // Changed or disposed since.
                    continue;
                }

                if (key.Due > end)
                {
                    return null;
                }

                timers.Dequeue();
                timer.Entry = -1;
                now = Math.Max(now, key.Due);
                if (timer.Period > TimeSpan.Zero)
                {
                    Enqueue(timer, timer.Period);
                }

                return timer;
            }

            return null;
        }
    }

    private void Schedule(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (gate)
        {
            timer.Entry = -1;
            timer.Period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Enqueue(timer, dueTime);
            }
        }
    }

    private void Enqueue(VirtualTimer timer, TimeSpan dueTime)
    {
        timer.Entry = order++;
        timers.Enqueue(timer, (now + dueTime.Ticks, timer.Entry));
    }

    private sealed class VirtualTimer(VirtualClock clock, TimerCallback callback, object? state) : ITimer
    {
        // The number of the heap entry that counts; older ones are stale.
        public long Entry { get; set; } = -1;

        public TimeSpan Period { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Schedule(this, dueTime, period);
            return true;
        }

        public void Dispose() => clock.Schedule(this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
