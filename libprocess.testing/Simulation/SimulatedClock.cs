namespace LibProcess.Testing.Simulation;

/// <summary>The time of one life of a node: that of the simulation, and a date that may be wrong.</summary>
internal sealed class SimulatedClock(Engine engine, NodeLife life) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => engine.Now;

    public override DateTimeOffset GetUtcNow() => engine.Options.Start.AddTicks(engine.Now) + life.Node.ClockOffset;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        engine.Guard.Check("a timer was made");
        var timer = new Timer(engine, life, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Engine engine, NodeLife life, TimerCallback callback, object? state) : ITimer
    {
        private Agenda.Entry? entry;
        private TimeSpan repeat;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            engine.Guard.Check("a timer was changed");
            entry?.Cancel();
            entry = null;
            repeat = period;
            if (dueTime >= TimeSpan.Zero && life.IsAlive)
            {
                Arm(dueTime);
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan dueTime) => entry = engine.Agenda.Add(engine.Now + dueTime.Ticks, EntryKind.Timer, life, Fire);

        private void Fire()
        {
            entry = null;
            engine.Note(life.Node.Name, "timer", string.Empty);
            if (repeat > TimeSpan.Zero)
            {
                Arm(repeat);
            }

            callback(state);
        }
    }
}
