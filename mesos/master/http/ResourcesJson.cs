using System.Text.Json;
using LibProcess.Http;
using Mesos.Common;
using Mesos.Common.Json;
using Mesos.Proto;
using ValueType = Mesos.Proto.Value.Types.Type;

namespace Mesos.Master.Http;

/// <summary>Resources as the endpoints show them: one member per name, revocable ones under a name of their own.</summary>
/// <remarks>Upstream: <c>json(JSON::ObjectWriter*, const Resources&amp;)</c> in src/common/http.cpp.</remarks>
internal static class ResourcesJson
{
    private static readonly string[] Always = ["disk", "mem", "gpus", "cpus"];

    public static void Write(Utf8JsonWriter writer, string name, Resources resources)
    {
        writer.WriteStartObject(name);
        WriteMembers(writer, resources.NonRevocable(), Always, string.Empty);
        WriteMembers(writer, resources.Revocable(), [], "_revocable");
        writer.WriteEndObject();
    }

    /// <summary>The resources one by one, in the format that shows reservations both ways.</summary>
    public static void WriteFull(Utf8JsonWriter writer, string name, Resources resources)
    {
        writer.WriteStartArray(name);
        foreach (Resource resource in resources)
        {
            Resource copy = resource.Clone();
            ResourceFormat.ToEndpoint(copy);
            ProtobufJsonWriter.Write(writer, copy);
        }

        writer.WriteEndArray();
    }

    /// <summary>Amounts only, without those that are zero.</summary>
    public static void WriteQuantities(Utf8JsonWriter writer, string name, Resources resources)
    {
        writer.WriteStartObject(name);
        foreach (string scalar in resources.Scalars().Names.Order(StringComparer.Ordinal))
        {
            writer.WriteDouble(scalar, resources.Scalar(scalar) ?? 0);
        }

        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, Resources resources, string[] always, string suffix)
    {
        foreach (string name in always.Concat(resources.Scalars().Names.Except(always)))
        {
            writer.WriteDouble(name + suffix, resources.Scalar(name) ?? 0);
        }

        foreach (string name in resources.Where(resource => resource.Type == ValueType.Ranges).Names)
        {
            IEnumerable<string> ranges = resources.Ranges(name)!.Range.Select(range => $"{range.Begin}-{range.End}");
            writer.WriteString(name + suffix, $"[{string.Join(", ", ranges)}]");
        }

        foreach (string name in resources.Where(resource => resource.Type == ValueType.Set).Names)
        {
            writer.WriteString(name + suffix, $"{{{string.Join(", ", resources.Set(name)!.Item)}}}");
        }
    }
}
