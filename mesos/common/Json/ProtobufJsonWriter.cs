using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using LibProcess.Http;

namespace Mesos.Common.Json;

/// <summary>
/// Writes protobuf messages as the JSON of the HTTP endpoints: fields in the order of their declaration under their original names, enums
/// as names, bytes as base64, 64-bit integers as numbers, doubles with a fraction. An unset field is written only when it declares a
/// default and is not deprecated.
/// </summary>
/// <remarks>Upstream: <c>JSON::Protobuf</c> in stout/protobuf.hpp. Not the JSON mapping of protobuf 3.</remarks>
public static class ProtobufJsonWriter
{
    /// <summary>Writes a message as one JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, IMessage message)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(message);
        writer.WriteStartObject();
        foreach (var field in JsonShape.Of(message.Descriptor).Fields)
        {
            WriteField(writer, message, field);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a member that is a message.</summary>
    public static void Write(Utf8JsonWriter writer, string name, IMessage message)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(name);
        Write(writer, message);
    }

    /// <summary>Writes messages as one JSON array.</summary>
    public static void WriteArray(Utf8JsonWriter writer, IEnumerable<IMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(messages);
        writer.WriteStartArray();
        foreach (var message in messages)
        {
            Write(writer, message);
        }

        writer.WriteEndArray();
    }

    /// <summary>The JSON of a message as UTF-8.</summary>
    public static byte[] ToUtf8(IMessage message)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, JsonText.WriterOptions))
        {
            Write(writer, message);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The JSON of a message as text.</summary>
    public static string ToText(IMessage message) => Encoding.UTF8.GetString(ToUtf8(message));

    private static void WriteField(Utf8JsonWriter writer, IMessage message, JsonField field)
    {
        var accessor = field.Descriptor.Accessor;
        if (field.Descriptor.IsMap)
        {
            WriteMap(writer, (IDictionary)accessor.GetValue(message), field);
        }
        else if (field.Descriptor.IsRepeated)
        {
            WriteList(writer, (IList)accessor.GetValue(message), field);
        }
        else if (field.Descriptor.FieldType == FieldType.Message)
        {
            if (accessor.GetValue(message) is IMessage nested)
            {
                writer.WritePropertyName(field.Name);
                Write(writer, nested);
            }
        }
        else if (field.WrittenWhenUnset || accessor.HasValue(message))
        {
            WriteScalar(writer, accessor.GetValue(message), field);
        }
    }

    private static void WriteScalar(Utf8JsonWriter writer, object value, JsonField field)
    {
        // An enum number that this version does not know is taken for an unset field.
        if (field.Descriptor.FieldType == FieldType.Enum && field.Descriptor.EnumType.FindValueByNumber((int)value) is null)
        {
            return;
        }

        writer.WritePropertyName(field.Name);
        WriteValue(writer, value, field.Descriptor);
    }

    private static void WriteList(Utf8JsonWriter writer, IList list, JsonField field)
    {
        if (list.Count == 0)
        {
            return;
        }

        writer.WritePropertyName(field.Name);
        writer.WriteStartArray();
        foreach (var element in list)
        {
            WriteValue(writer, element, field.Descriptor);
        }

        writer.WriteEndArray();
    }

    private static void WriteMap(Utf8JsonWriter writer, IDictionary map, JsonField field)
    {
        if (map.Count == 0)
        {
            return;
        }

        var valueField = field.Descriptor.MessageType.FindFieldByNumber(2);
        writer.WritePropertyName(field.Name);
        writer.WriteStartObject();
        foreach (DictionaryEntry entry in map)
        {
            writer.WritePropertyName(entry.Key switch
            {
                string text => text,
                bool flag => flag ? "true" : "false",
                var number => Convert.ToString(number, CultureInfo.InvariantCulture)!,
            });
            WriteValue(writer, entry.Value!, valueField);
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, object value, FieldDescriptor field)
    {
        switch (value)
        {
            case IMessage message:
                Write(writer, message);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case ByteString bytes:
                writer.WriteBase64StringValue(bytes.Span);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case uint number:
                writer.WriteNumberValue(number);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case ulong number:
                writer.WriteNumberValue(number);
                break;
            case double number:
                writer.WriteDoubleValue(number);
                break;
            case float number:
                writer.WriteDoubleValue(number);
                break;
            default:
                WriteEnum(writer, (int)value, field.EnumType);
                break;
        }
    }

    private static void WriteEnum(Utf8JsonWriter writer, int number, EnumDescriptor type)
    {
        if (type.FindValueByNumber(number) is { } known)
        {
            writer.WriteStringValue(known.Name);
        }
        else
        {
            writer.WriteNumberValue(number);
        }
    }
}
