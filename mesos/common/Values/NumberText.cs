using System.Globalization;

namespace Mesos.Common.Values;

/// <summary>Numbers as text in the spelling C++ streams use, which is what peers and operators see.</summary>
internal static class NumberText
{
    // Enough to write every double that survives a trip through decimal text unchanged.
    private const int SignificantDigits = 15;

    /// <summary>Formats like a C++ stream with 15 significant digits: no trailing zeros, exponent only when large or tiny.</summary>
    public static string Format(double value)
    {
        if (double.IsNaN(value))
        {
            return "nan";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        var text = value.ToString("G" + SignificantDigits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal) ? text.Replace('E', 'e') : text;
    }

    /// <summary>Reads a plain decimal number: optional sign, digits with at most one point, optional exponent.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture,
            out value);
}
