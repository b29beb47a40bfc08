using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using LibProcess.Http;
using Mesos.Proto;

namespace Mesos.Common.Json;

/// <summary>
/// Reads protobuf messages from the JSON of flags, files and API calls: members under the original field names, unknown members passed
/// over, null as unset, numbers also as texts, enums by name (an unknown name leaves an optional field unset).
/// </summary>
/// <remarks>
/// Upstream: <c>protobuf::parse</c> in stout/protobuf.hpp. Unlike there, a number that does not fit its field is an error rather than
/// another number.
/// </remarks>
public static class ProtobufJsonReader
{
    /// <summary>Reads a complete message: one JSON object with all required fields.</summary>
    /// <param name="element">The JSON value.</param>
    /// <param name="message">The message when the answer is true.</param>
    /// <param name="error">What is wrong, with the path of the field, when the answer is false.</param>
    public static bool TryParse<T>(JsonElement element, [NotNullWhen(true)] out T? message, [NotNullWhen(false)] out string? error)
        where T : class, IMessage<T>, new()
    {
        T candidate = new();
        error = Merge(element, candidate) is { } problem ? problem.ToString()
            : candidate is IWireMessage wire && wire.FindMissingFields() is { Paths.Count: > 0 } missing ? $"required fields are missing: {missing}"
            : null;
        message = error is null ? candidate : null;
        return error is null;
    }

    /// <summary>Reads a complete message from text; see <see cref="TryParse{T}(JsonElement, out T, out string)"/>.</summary>
    public static bool TryParse<T>(string text, [NotNullWhen(true)] out T? message, [NotNullWhen(false)] out string? error)
        where T : class, IMessage<T>, new()
    {
        using var document = Load(Encoding.UTF8.GetBytes(text), out error);
        message = null;
        return document is not null && TryParse(document.RootElement, out message, out error);
    }

    /// <summary>Reads a complete message from UTF-8, such as the body of a request; see <see cref="TryParse{T}(JsonElement, out T, out string)"/>.</summary>
    public static bool TryParse<T>(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out T? message, [NotNullWhen(false)] out string? error)
        where T : class, IMessage<T>, new()
    {
        using var document = Load(utf8, out error);
        message = null;
        return document is not null && TryParse(document.RootElement, out message, out error);
    }

    private static JsonDocument? Load(ReadOnlyMemory<byte> utf8, out string error)
    {
        try
        {
            error = JsonBody.FindFlaw(utf8.Span) ?? "";
            return error.Length == 0 ? JsonDocument.Parse(utf8) : null;
        }
        catch (JsonException exception)
        {
            error = $"line {exception.LineNumber + 1} is not JSON";
            return null;
        }
    }

    private static JsonProblem? Merge(JsonElement element, IMessage message)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return JsonProblem.Unexpected("a JSON object", element);
        }

        foreach (var member in element.EnumerateObject())
        {
            var field = message.Descriptor.FindFieldByName(member.Name);
            if (field is not null
                && member.Value.ValueKind != JsonValueKind.Null
                && MergeField(member.Value, message, field) is { } problem)
            {
                return problem.Inside(member.Name);
            }
        }

        return null;
    }

    private static JsonProblem? MergeField(JsonElement element, IMessage message, FieldDescriptor field)
    {
        if (field.IsMap)
        {
            return MergeMap(element, (IDictionary)field.Accessor.GetValue(message), field);
        }

        if (field.IsRepeated)
        {
            return MergeList(element, (IList)field.Accessor.GetValue(message), field);
        }

        var problem = Read(element, field, field.Accessor.GetValue(message) as IMessage, out var value);
        if (problem is null && value is not null)
        {
            field.Accessor.SetValue(message, value);
        }

        return problem;
    }

    private static JsonProblem? MergeList(JsonElement element, IList list, FieldDescriptor field)
    {
        // A single value stands for a list of one.
        if (element.ValueKind != JsonValueKind.Array)
        {
            return AddTo(list, element, field);
        }

        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Null && AddTo(list, item, field) is { } problem)
            {
                return problem.Inside($"[{index}]");
            }

            index++;
        }

        return null;
    }

    private static JsonProblem? AddTo(IList list, JsonElement element, FieldDescriptor field)
    {
        var problem = Read(element, field, null, out var value);
        if (problem is null && value is not null)
        {
            list.Add(value);
        }

        return problem;
    }

    private static JsonProblem? MergeMap(JsonElement element, IDictionary map, FieldDescriptor field)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return JsonProblem.Unexpected("a JSON object", element);
        }

        var keyField = field.MessageType.FindFieldByNumber(1);
        var valueField = field.MessageType.FindFieldByNumber(2);
        foreach (var member in element.EnumerateObject())
        {
            object? value = null;
            var problem = JsonScalar.ReadText(member.Name, keyField, out var key) ?? Read(member.Value, valueField, null, out value);
            if (problem is not null)
            {
                return problem.Inside(member.Name);
            }

            if (key is not null && value is not null)
            {
                map[key] = value;
            }
        }

        return null;
    }

    /// <summary>Reads one value; no value and no problem leaves the field unset.</summary>
    private static JsonProblem? Read(JsonElement element, FieldDescriptor field, IMessage? existing, out object? value)
    {
        if (field.FieldType != FieldType.Message)
        {
            return JsonScalar.Read(element, field, out value);
        }

        var nested = existing ?? field.MessageType.Parser.ParseFrom(ByteString.Empty);
        value = nested;
        return Merge(element, nested);
    }
}
