using Mesos.Proto;

namespace Mesos.Common.Protobuf;

/// <summary>Points in time as messages carry them.</summary>
public static class Timestamps
{
    private const long NanosecondsPerTick = 100;

    /// <summary>Seconds since the epoch, the form of fields of type double.</summary>
    public static double ToSeconds(DateTimeOffset time) => (double)(time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;

    /// <summary>Nanoseconds since the epoch, the form of <see cref="TimeInfo"/>.</summary>
    public static TimeInfo ToTimeInfo(DateTimeOffset time) => new() { Nanoseconds = ToNanoseconds(time) };

    /// <summary>Nanoseconds since the epoch.</summary>
    public static long ToNanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * NanosecondsPerTick;

    /// <summary>The point in time, cut to 100 ns; peers may send any number, so it is brought into the range of <see cref="DateTimeOffset"/>.</summary>
    public static DateTimeOffset FromTimeInfo(TimeInfo time)
    {
        ArgumentNullException.ThrowIfNull(time);

        // A long of nanoseconds spans 292 years around 1970: always inside.
        return DateTimeOffset.UnixEpoch.AddTicks(time.Nanoseconds / NanosecondsPerTick);
    }

    /// <summary>A length of time as a message.</summary>
    public static DurationInfo ToDurationInfo(TimeSpan time) => new() { Nanoseconds = Values.Duration.FromTimeSpan(time).Nanoseconds };

    /// <summary>A length of time from a message, cut to 100 ns.</summary>
    public static TimeSpan FromDurationInfo(DurationInfo duration)
    {
        ArgumentNullException.ThrowIfNull(duration);
        return new Values.Duration(duration.Nanoseconds).ToTimeSpan();
    }
}
