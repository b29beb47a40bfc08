using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace LibProcess.Time;

/// <summary>The text form of lengths of time that operators write and pages show: <c>15secs</c>, <c>500ms</c>, <c>2weeks</c>.</summary>
/// <remarks>
/// Upstream: <c>Duration</c> in 3rdparty/stout/include/stout/duration.hpp. The unit is one of ns, us, ms, secs, mins, hrs, days,
/// weeks and is mandatory; there is no sign and no blank.
/// </remarks>
public static class DurationText
{
    private const long NanosecondsPerTick = 100;

    // From the largest down; a value is printed in the first unit that is not larger than it.
    private static readonly (string Name, long Nanoseconds)[] Units =
    [
        ("weeks", 7L * 24 * 60 * 60 * 1_000_000_000),
        ("days", 24L * 60 * 60 * 1_000_000_000),
        ("hrs", 60L * 60 * 1_000_000_000),
        ("mins", 60L * 1_000_000_000),
        ("secs", 1_000_000_000),
        ("ms", 1_000_000),
        ("us", 1_000),
        ("ns", 1),
    ];

    /// <summary>Reads a length of time; what is finer than 100 ns is cut off.</summary>
    /// <param name="text">The text, for example <c>1.5hrs</c>.</param>
    /// <param name="duration">The length when the answer is true.</param>
    /// <param name="error">When the answer is false, what is wrong, in the words operators know, without a full stop.</param>
    public static bool TryParse(string text, out TimeSpan duration, [NotNullWhen(false)] out string? error)
    {
        bool parsed = TryParseNanoseconds(text, out long nanoseconds, out error);
        duration = TimeSpan.FromTicks(nanoseconds / NanosecondsPerTick);
        return parsed;
    }

    /// <summary>Reads a length of time in whole nanoseconds, at most about 292 years.</summary>
    /// <param name="text">The text, for example <c>1.5hrs</c>.</param>
    /// <param name="nanoseconds">The length when the answer is true, otherwise 0.</param>
    /// <param name="error">When the answer is false, what is wrong, in the words operators know, without a full stop.</param>
    public static bool TryParseNanoseconds(string text, out long nanoseconds, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        nanoseconds = 0;
        int digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
        {
            digits++;
        }

        if (digits == text.Length)
        {
            error = $"Invalid duration '{text}'";
            return false;
        }

        ReadOnlySpan<char> number = text.AsSpan(0, digits);
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value))
        {
            error = $"Failed to convert '{number}' to number";
            return false;
        }

        ReadOnlySpan<char> unit = text.AsSpan(digits);
        foreach ((string name, long factor) in Units)
        {
            if (unit.SequenceEqual(name))
            {
                return TryScale(value, factor, out nanoseconds, out error);
            }
        }

        error = $"Unknown duration unit '{unit}'; supported units are 'ns', 'us', 'ms', 'secs', 'mins', 'hrs', 'days', and 'weeks'";
        return false;
    }

    /// <summary>The text form of a length of time.</summary>
    public static string Format(TimeSpan duration)
    {
        Int128 nanoseconds = (Int128)duration.Ticks * NanosecondsPerTick;
        return FormatNanoseconds((long)Int128.Clamp(nanoseconds, long.MinValue, long.MaxValue));
    }

    /// <summary>
    /// The text form of a length of time: in the unit of its magnitude, or one unit finer where only that gives a whole number
    /// (<c>10days</c> rather than a fraction of weeks), else with a fraction of up to 15 significant digits.
    /// </summary>
    public static string FormatNanoseconds(long nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return "0ns";
        }

        // The most negative value has no positive counterpart; it prints as the closest one that has.
        long magnitude = nanoseconds == long.MinValue ? long.MaxValue : Math.Abs(nanoseconds);
        int index = Array.FindIndex(Units, unit => magnitude >= unit.Nanoseconds);
        if (IsWhole(magnitude, index) is false && IsWhole(magnitude, index + 1))
        {
            index++;
        }

        (string name, long factor) = Units[index];
        string number = magnitude % factor == 0
            ? (magnitude / factor).ToString(CultureInfo.InvariantCulture)
            : ((double)magnitude / factor).ToString("G15", CultureInfo.InvariantCulture);
        return string.Concat(nanoseconds < 0 ? "-" : string.Empty, number, name);
    }

    private static bool IsWhole(long magnitude, int unit) => magnitude % Units[unit].Nanoseconds == 0;

    private static bool TryScale(double value, long factor, out long nanoseconds, [NotNullWhen(false)] out string? error)
    {
        double scaled = value * factor;
        if (scaled >= long.MaxValue)
        {
            nanoseconds = 0;
            error = "Argument out of the range that a Duration can represent due to int64_t's size limit";
            return false;
        }

        nanoseconds = (long)scaled;
        error = null;
        return true;
    }
}
