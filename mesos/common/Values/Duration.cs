using System.Diagnostics.CodeAnalysis;
using LibProcess.Time;

namespace Mesos.Common.Values;

/// <summary>A signed length of time in whole nanoseconds, with the text form operators write: <c>15secs</c>, <c>500ms</c>, <c>2weeks</c>.</summary>
/// <param name="Nanoseconds">The length; about 292 years either way fit.</param>
/// <remarks>Upstream: <c>Duration</c> in stout/duration.hpp.</remarks>
public readonly record struct Duration(long Nanoseconds) : IComparable<Duration>
{
    private const long NanosecondsPerTick = 100;

    /// <summary>No time at all; printed as <c>0ns</c>.</summary>
    public static Duration Zero => default;

    /// <summary>The same length as a <see cref="TimeSpan"/>; what is finer than 100 ns is cut off.</summary>
    public TimeSpan ToTimeSpan() => TimeSpan.FromTicks(Nanoseconds / NanosecondsPerTick);

    /// <summary>The length in seconds, as it travels in protobuf fields of type double.</summary>
    public double TotalSeconds => Nanoseconds / 1e9;

    /// <summary>The same length as <paramref name="time"/>; lengths beyond the range become the nearest end of it.</summary>
    public static Duration FromTimeSpan(TimeSpan time)
    {
        var nanoseconds = (Int128)time.Ticks * NanosecondsPerTick;
        return new Duration((long)Int128.Clamp(nanoseconds, long.MinValue, long.MaxValue));
    }

    /// <summary>A length from seconds as sent by peers; false for NaN and for what does not fit.</summary>
    public static bool TryFromSeconds(double seconds, out Duration duration)
    {
        var nanoseconds = seconds * 1e9;
        if (!(Math.Abs(nanoseconds) < 9.2233720368547758e18))
        {
            duration = default;
            return false;
        }

        duration = new Duration((long)nanoseconds);
        return true;
    }

    /// <summary>Reads <c>&lt;decimal&gt;&lt;unit&gt;</c>; the unit is mandatory, sign and blanks are not accepted.</summary>
    /// <param name="text">The text, for example <c>1.5hrs</c>.</param>
    /// <param name="duration">The length when the answer is true.</param>
    /// <param name="error">What is wrong and what is accepted, when the answer is false.</param>
    public static bool TryParse(string text, out Duration duration, [NotNullWhen(false)] out string? error)
    {
        bool parsed = DurationText.TryParseNanoseconds(text, out long nanoseconds, out string? reason);
        duration = new Duration(nanoseconds);
        if (parsed)
        {
            error = null;
            return true;
        }

        error = text.Length > 0 && char.IsAsciiDigit(text[^1])
            ? $"'{text}' is not a duration: the unit is missing, expected one of ns, us, ms, secs, mins, hrs, days, weeks"
            : $"'{text}' is not a duration such as '10secs': {reason}";
        return false;
    }

    /// <summary>Reads a duration that is known to be well formed, such as a constant.</summary>
    /// <exception cref="FormatException">The text is not a duration.</exception>
    public static Duration Parse(string text) =>
        TryParse(text, out var duration, out var error) ? duration : throw new FormatException(error);

    /// <summary>
    /// The text form: in the unit of the value's magnitude, or one unit finer when only that gives a whole number
    /// (<c>10days</c> rather than a fraction of weeks).
    /// </summary>
    public override string ToString() => DurationText.FormatNanoseconds(Nanoseconds);

    /// <inheritdoc/>
    public int CompareTo(Duration other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Whether the left length is shorter.</summary>
    public static bool operator <(Duration left, Duration right) => left.Nanoseconds < right.Nanoseconds;

    /// <summary>Whether the left length is longer.</summary>
    public static bool operator >(Duration left, Duration right) => left.Nanoseconds > right.Nanoseconds;

    /// <summary>Whether the left length is not longer.</summary>
    public static bool operator <=(Duration left, Duration right) => left.Nanoseconds <= right.Nanoseconds;

    /// <summary>Whether the left length is not shorter.</summary>
    public static bool operator >=(Duration left, Duration right) => left.Nanoseconds >= right.Nanoseconds;
}
