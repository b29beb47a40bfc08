namespace LibProcess.Metrics;

/// <summary>How long something took the last time, and over a window how long it usually takes. Any thread.</summary>
/// <remarks>
/// Upstream: <c>Timer</c> in 3rdparty/libprocess/include/process/metrics/timer.hpp. Absent from the snapshot until something was
/// measured. With a window of time the snapshot also has count, smallest, largest and percentiles of the durations in it, once
/// there are two; at most 1,000 durations are kept, the older ones thinned out.
/// </remarks>
public sealed class MetricTimer : Metric
{
    private readonly TimeProvider clock;
    private readonly TimeUnit unit;
    private readonly Lock gate = new();
    private readonly TimeSeries? history;
    private long started;
    private double? last;

    internal MetricTimer(MetricName name, TimeUnit unit, TimeSpan? window, TimeProvider clock)
        : base(name.With(Suffix(unit)))
    {
        this.clock = clock;
        this.unit = unit;
        history = window is { } length ? new TimeSeries((long)(length.TotalSeconds * clock.TimestampFrequency)) : null;
    }

    /// <summary>The unit of its values.</summary>
    internal TimeUnit Unit => unit;

    /// <summary>Told of every duration, in the unit of the timer, on the thread that measured it.</summary>
    internal event Action<double>? Recorded;

    internal override double? Current
    {
        get
        {
            lock (gate)
            {
                return last;
            }
        }
    }

    internal override MetricStatistics? Statistics
    {
        get
        {
            if (history is null)
            {
                return null;
            }

            double[] values;
            lock (gate)
            {
                values = history.ToArray();
            }

            return MetricStatistics.From(values);
        }
    }

    /// <summary>Begins a measurement that <see cref="Stop"/> ends; for what never runs twice at a time.</summary>
    public void Start()
    {
        lock (gate)
        {
            started = clock.GetTimestamp();
        }
    }

    /// <summary>Ends the measurement begun by the last <see cref="Start"/>.</summary>
    /// <returns>What was measured.</returns>
    public TimeSpan Stop()
    {
        TimeSpan elapsed;
        double value;
        lock (gate)
        {
            long now = clock.GetTimestamp();
            elapsed = clock.GetElapsedTime(started, now);
            value = Record(elapsed, now);
        }

        Recorded?.Invoke(value);
        return elapsed;
    }

    /// <summary>Measures until the result is disposed; any number at a time.</summary>
    public Measurement Measure() => new(this, clock.GetTimestamp());

    /// <summary>Measures an asynchronous event, which may also fail.</summary>
    public async Task<T> MeasureAsync<T>(Task<T> task)
    {
        ArgumentNullException.ThrowIfNull(task);
        using Measurement measurement = Measure();
        return await task;
    }

    /// <summary>Notes a duration that was measured elsewhere.</summary>
    public void Record(TimeSpan elapsed)
    {
        double value;
        lock (gate)
        {
            value = Record(elapsed, clock.GetTimestamp());
        }

        Recorded?.Invoke(value);
    }

    private static string Suffix(TimeUnit unit) => unit switch
    {
        TimeUnit.Nanoseconds => "_ns",
        TimeUnit.Microseconds => "_us",
        TimeUnit.Milliseconds => "_ms",
        TimeUnit.Seconds => "_secs",
        TimeUnit.Minutes => "_mins",
        TimeUnit.Hours => "_hrs",
        TimeUnit.Days => "_days",
        TimeUnit.Weeks => "_weeks",
        _ => throw new ArgumentOutOfRangeException(nameof(unit)),
    };

    private double Record(TimeSpan elapsed, long now)
    {
        double value = unit switch
        {
            TimeUnit.Nanoseconds => elapsed.Ticks * 100.0,
            TimeUnit.Microseconds => elapsed.TotalMicroseconds,
            TimeUnit.Milliseconds => elapsed.TotalMilliseconds,
            TimeUnit.Seconds => elapsed.TotalSeconds,
            TimeUnit.Minutes => elapsed.TotalMinutes,
            TimeUnit.Hours => elapsed.TotalHours,
            TimeUnit.Days => elapsed.TotalDays,
            _ => elapsed.TotalDays / 7,
        };
        last = value;
        history?.Add(now, value);
        return value;
    }

    /// <summary>A measurement under way; disposing it ends it.</summary>
    public readonly struct Measurement : IDisposable, IEquatable<Measurement>
    {
        private readonly MetricTimer timer;
        private readonly long started;

        internal Measurement(MetricTimer timer, long started)
        {
            this.timer = timer;
            this.started = started;
        }

        /// <summary>Whether both are the same measurement.</summary>
        public static bool operator ==(Measurement left, Measurement right) => left.Equals(right);

        /// <summary>Whether the two are different measurements.</summary>
        public static bool operator !=(Measurement left, Measurement right) => !left.Equals(right);

        /// <summary>Ends the measurement; to be called once.</summary>
        public void Dispose() => timer.Record(timer.clock.GetElapsedTime(started));

        /// <inheritdoc/>
        public bool Equals(Measurement other) => ReferenceEquals(timer, other.timer) && started == other.started;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Measurement other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(timer, started);
    }
}
