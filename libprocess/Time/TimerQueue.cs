namespace LibProcess.Time;

/// <summary>All delays of a node in one heap over one timer of the clock. Equal due times fire in order of creation.</summary>
/// <remarks>Upstream: <c>Clock</c> in 3rdparty/libprocess/src/clock.cpp. Safe from any thread.</remarks>
internal sealed class TimerQueue : IDisposable
{
    private const int SweepFrom = 256;

    // Timers take no more than 49 days; a longer delay is looked at again on the way.
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(24);

    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly PriorityQueue<ProcessTimer, (long Due, long Order)> heap = new();
    private readonly ITimer alarm;
    private long order;
    private long armedFor = long.MaxValue;
    private int cancelled;

    public TimerQueue(TimeProvider clock)
    {
        this.clock = clock;
        alarm = clock.CreateTimer(static state => ((TimerQueue)state!).FireDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ProcessTimer Add(Processes.ProcessBase process, TimeSpan delay, Action action, string name)
    {
        long now = clock.GetTimestamp();
        double ticks = Math.Max(0, delay.TotalSeconds) * clock.TimestampFrequency;

        // What is due after the last moment that can be told is never due, rather than in the past.
        long due = ticks < long.MaxValue - now ? now + (long)ticks : long.MaxValue;
        var timer = new ProcessTimer(this, process, action, due, name);
        lock (gate)
        {
            heap.Enqueue(timer, (due, order++));
            if (due < armedFor)
            {
                Arm(due, now);
            }
        }

        return timer;
    }

    /// <summary>Dead entries leave the heap in bulk once they are the majority.</summary>
    public void Cancelled()
    {
        lock (gate)
        {
            if (++cancelled < SweepFrom || cancelled < heap.Count / 2)
            {
                return;
            }

            cancelled = 0;
            var alive = heap.UnorderedItems.Where(item => item.Element.IsPending).ToArray();
            heap.Clear();
            heap.EnqueueRange(alive);
        }
    }

    public void Dispose() => alarm.Dispose();

    private void FireDue()
    {
        while (true)
        {
            ProcessTimer timer;
            lock (gate)
            {
                long now = clock.GetTimestamp();
                if (!heap.TryPeek(out timer!, out (long Due, long Order) key))
                {
                    armedFor = long.MaxValue;
                    return;
                }

                if (timer.IsPending && key.Due > now)
                {
                    Arm(key.Due, now);
                    return;
                }

                heap.Dequeue();
            }

            if (timer.IsPending)
            {
                timer.Process.EnqueueTimer(timer);
            }
        }
    }

    private void Arm(long due, long now)
    {
        armedFor = due;
        var wait = TimeSpan.FromSeconds(Math.Clamp((due - now) / (double)clock.TimestampFrequency, 0, MaxWait.TotalSeconds));
        if (ReferenceEquals(clock, TimeProvider.System))
        {
            // The system's timers have a grain of a millisecond; rounded up, they do not fire just before the delay is due.
            wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        }

        alarm.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
