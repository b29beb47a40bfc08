using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LibProcess.Time;

namespace LibProcess.Futures;

/// <summary>How often something may happen, written <c>&lt;permits&gt;/&lt;interval&gt;</c>, for example <c>2/1secs</c>.</summary>
/// <param name="Permits">How many permits; at least one.</param>
/// <param name="Interval">In which time; longer than nothing.</param>
public readonly record struct RateLimit(int Permits, TimeSpan Interval)
{
    /// <summary>The time between two permits, which are spaced evenly: half a second for <c>2/1secs</c>.</summary>
    public TimeSpan Spacing => Interval / Permits;

    /// <summary>Reads the text form.</summary>
    /// <param name="text">The text.</param>
    /// <param name="limit">The limit when the answer is true.</param>
    /// <param name="error">What is wrong, without a full stop, when the answer is false.</param>
    public static bool TryParse(string text, out RateLimit limit, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        limit = default;
        string[] parts = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != 2)
        {
            error = $"'{text}' is not of the form <permits>/<interval>, such as '2/1secs'";
            return false;
        }

        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int permits) || permits == 0)
        {
            error = $"'{parts[0]}' is not a number of permits";
            return false;
        }

        if (!DurationText.TryParse(parts[1], out TimeSpan interval, out error))
        {
            return false;
        }

        if (interval == TimeSpan.Zero)
        {
            error = $"'{parts[1]}' is not an interval: it must be longer than nothing";
            return false;
        }

        limit = new RateLimit(permits, interval);
        return true;
    }

    /// <summary>The text form.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Permits}/{DurationText.Format(Interval)}");
}
