using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mesos.Common.Values;

namespace Mesos.Common.Json;

/// <summary>Reads the values of fields that are not messages.</summary>
internal static class JsonScalar
{
    /// <summary>Reads a JSON value; no value and no problem means that the field stays unset.</summary>
    public static JsonProblem? Read(JsonElement element, FieldDescriptor field, out object? value)
    {
        value = null;
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return ReadText(element.GetString()!, field, out value);
            case JsonValueKind.True or JsonValueKind.False when field.FieldType == FieldType.Bool:
                value = element.GetBoolean();
                return null;
            case JsonValueKind.Number when IsNumber(field.FieldType):
                return ReadNumber(element.GetRawText(), field.FieldType, out value);
            default:
                return JsonProblem.Unexpected(Expected(field.FieldType), element);
        }
    }

    /// <summary>Reads the content of a JSON string, or the key of a map.</summary>
    public static JsonProblem? ReadText(string text, FieldDescriptor field, out object? value)
    {
        value = null;
        switch (field.FieldType)
        {
            case FieldType.String:
                value = text;
                return null;
            case FieldType.Bytes:
                return ReadBase64(text, out value);
            case FieldType.Enum:
                var known = field.EnumType.FindValueByName(text);
                value = known?.Number;
                return known is null && field.IsRequired ? JsonProblem.Because($"'{text}' is not a name of {field.EnumType.Name}") : null;
            case FieldType.Bool:
                value = text switch { "true" => true, "false" => false, _ => null };
                return value is null ? JsonProblem.Because($"expected true or false, but found '{text}'") : null;
            default:
                return ReadNumber(text, field.FieldType, out value);
        }
    }

    private static JsonProblem? ReadBase64(string text, out object? value)
    {
        var buffer = new byte[(text.Length + 3) / 4 * 3];
        var decoded = Convert.TryFromBase64String(text, buffer, out var length);
        value = decoded ? ByteString.CopyFrom(buffer, 0, length) : null;
        return decoded ? null : JsonProblem.Because("expected base64");
    }

    private static JsonProblem? ReadNumber(string text, FieldType type, out object? value)
    {
        // Boxed one by one: the setters take exactly the type of their field.
        value = type switch
        {
            FieldType.Double => (object?)ReadDouble(text),
            FieldType.Float => (object?)(float?)ReadDouble(text),
            FieldType.UInt64 or FieldType.Fixed64 => (object?)ReadUnsigned(text),
            FieldType.UInt32 or FieldType.Fixed32 => ReadUnsigned(text) is { } number and <= uint.MaxValue ? (object)(uint)number : null,
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => (object?)ReadSigned(text),
            _ => ReadSigned(text) is { } number and >= int.MinValue and <= int.MaxValue ? (object)(int)number : null,
        };
        return value is null ? JsonProblem.Because($"'{text}' does not fit the type {type}") : null;
    }

    private static double? ReadDouble(string text) => text switch
    {
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => NumberText.TryParse(text, out var number) && double.IsFinite(number) ? number : null,
    };

    // 5050.0 and 1e3 are whole numbers too; a fraction is cut off.
    private static long? ReadSigned(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : ReadDouble(text) is { } value && Math.Abs(value) < 9.2e18 ? (long)value
        : null;

    private static ulong? ReadUnsigned(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : ReadDouble(text) is >= 0 and < 1.8e19 and var value ? (ulong)value
        : null;

    private static bool IsNumber(FieldType type) =>
        type is not (FieldType.String or FieldType.Bytes or FieldType.Enum or FieldType.Bool or FieldType.Message or FieldType.Group);

    private static string Expected(FieldType type) => type switch
    {
        FieldType.String => "a text",
        FieldType.Bytes => "base64 in a text",
        FieldType.Enum => "a name in a text",
        FieldType.Bool => "true or false",
        _ => "a number",
    };
}
