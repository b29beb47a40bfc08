using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Mesos.Common.Json;

/// <summary>The spelling of JSON that clients of the original see: no blanks, slashes and other harmless characters as they are.</summary>
/// <remarks>Upstream: stout/jsonify.hpp, which writes with RapidJSON.</remarks>
public static class JsonText
{
    // RapidJSON writes plain digits while the point falls in this range, and an exponent outside of it.
    private const int LargestPlainPoint = 21;
    private const int SmallestPlainPoint = -5;

    /// <summary>Options for every writer of answers.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Writes a double so that it always reads as one: <c>1.0</c>, <c>0.1</c>, <c>1e30</c>. Not-a-number and infinities become null.</summary>
    public static void WriteDouble(Utf8JsonWriter writer, double value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (double.IsFinite(value))
        {
            writer.WriteRawValue(FormatDouble(value), skipInputValidation: true);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    /// <summary>Writes a member that is a double; see <see cref="WriteDouble(Utf8JsonWriter, double)"/>.</summary>
    public static void WriteDouble(Utf8JsonWriter writer, string name, double value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(name);
        WriteDouble(writer, value);
    }

    /// <summary>The shortest digits that give the same finite double back, always with a fraction or an exponent.</summary>
    public static string FormatDouble(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (!text.Contains('E', StringComparison.Ordinal))
        {
            return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
        }

        // .NET turns to exponents earlier than RapidJSON does: take the number apart and put the point where that one has it.
        var split = text.IndexOf('E', StringComparison.Ordinal);
        var sign = text[0] == '-' ? "-" : "";
        var digits = text[sign.Length..split].Replace(".", "", StringComparison.Ordinal);
        var exponent = int.Parse(text.AsSpan(split + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var point = exponent + 1;
        return point switch
        {
            > 0 and <= LargestPlainPoint when digits.Length <= point => sign + digits.PadRight(point, '0') + ".0",
            > 0 and <= LargestPlainPoint => sign + digits[..point] + "." + digits[point..],
            >= SmallestPlainPoint and <= 0 => sign + "0." + new string('0', -point) + digits,
            _ => sign + digits[..1] + (digits.Length > 1 ? "." + digits[1..] : "") + "e" + exponent.ToString(CultureInfo.InvariantCulture),
        };
    }
}
