using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LibProcess.Http;

/// <summary>JSON in the form existing readers know: no blanks, <c>/</c> not escaped, a fraction on every double.</summary>
/// <remarks>Upstream: 3rdparty/stout/include/stout/jsonify.hpp.</remarks>
public static class JsonText
{
    /// <summary>For writers of answers. Escapes what JSON demands and what no script may contain, nothing else in ASCII.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>Writes a JSON text into bytes.</summary>
    public static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            write(writer);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Writes a property whose value is a double; see <see cref="FormatDouble"/>.</summary>
    public static void WriteDouble(this Utf8JsonWriter writer, string name, double value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(name);
        writer.WriteDoubleValue(value);
    }

    /// <summary>Writes a double; see <see cref="FormatDouble"/>.</summary>
    public static void WriteDoubleValue(this Utf8JsonWriter writer, double value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteRawValue(FormatDouble(value), skipInputValidation: true);
    }

    /// <summary>
    /// The shortest digits that read back as the same double, with a fraction: <c>0.0</c>, <c>2.5</c>, <c>10000.0</c>. Below
    /// 0.000001 and from 10^21 on with an exponent: <c>1e-7</c>, <c>1.5e30</c>. JSON has no other numbers: NaN and the infinities
    /// give <c>null</c>.
    /// </summary>
    public static string FormatDouble(double value)
    {
        if (!double.IsFinite(value))
        {
            return "null";
        }

        double magnitude = Math.Abs(value);
        if (magnitude is not 0 and (< 1e-6 or >= 1e21))
        {
            return FormatExponent(value);
        }

        string text = value.ToString("R", CultureInfo.InvariantCulture);
        if (text.Contains('E', StringComparison.Ordinal))
        {
            // The shortest digits, written out.
            text = decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal exact)
                ? exact.ToString(CultureInfo.InvariantCulture)
                : text;
        }

        return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
    }

    private static string FormatExponent(double value)
    {
        // .NET pads the exponent ("1E+30", "1E-07"); readers of the original see "1e30" and "1e-7".
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int at = text.IndexOf('E', StringComparison.Ordinal);
        int exponent = int.Parse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, at)}e{exponent}");
    }
}
