using System.Text.Json;
using LibProcess.Http;
using Mesos.Common;
using Mesos.Master.State;
using Mesos.Proto;
using ValueType = Mesos.Proto.Value.Types.Type;

namespace Mesos.Master.Http;

/// <summary>Agents as the endpoints show them.</summary>
/// <remarks>Upstream: <c>SlaveWriter</c> in src/master/readonly_handler.cpp.</remarks>
internal static class AgentJson
{
    public static void Write(Utf8JsonWriter writer, Agent agent, bool full)
    {
        writer.WriteStartObject();
        writer.WriteString("id", agent.Id);
        writer.WriteString("hostname", agent.Info.Hostname);
        writer.WriteNumber("port", agent.Info.Port);
        WriteAttributes(writer, agent.Info);
        writer.WriteString("pid", agent.Pid.ToString());
        writer.WriteDouble("registered_time", agent.RegisteredTime.ToSeconds());
        if (agent.ReregisteredTime is { } reregistered)
        {
            writer.WriteDouble("reregistered_time", reregistered.ToSeconds());
        }

        ResourcesJson.Write(writer, "resources", agent.TotalResources);
        ResourcesJson.Write(writer, "used_resources", agent.Used.Total);
        ResourcesJson.Write(writer, "offered_resources", agent.OfferedResources);
        writer.WriteStartObject("reserved_resources");
        foreach ((string role, Resources reserved) in agent.TotalResources.ReservationsByRole())
        {
            ResourcesJson.Write(writer, role, reserved);
        }

        writer.WriteEndObject();
        ResourcesJson.Write(writer, "unreserved_resources", agent.TotalResources.Unreserved());
        writer.WriteBoolean("active", agent.Active);
        writer.WriteBoolean("deactivated", false);
        writer.WriteString("version", agent.Version);
        writer.WriteStartArray("capabilities");
        foreach (SlaveInfo.Types.Capability capability in agent.Capabilities.ToMessages())
        {
            writer.WriteStringValue(WireNames.Of(capability.Type));
        }

        writer.WriteEndArray();
        if (full)
        {
            WriteFull(writer, agent);
        }

        writer.WriteEndObject();
    }

    /// <summary>An agent the registry knows that has not come back.</summary>
    public static void Write(Utf8JsonWriter writer, SlaveInfo info)
    {
        Resources resources = Resources.From(info.Resources);
        writer.WriteStartObject();
        writer.WriteString("id", info.Id.Value);
        writer.WriteString("hostname", info.Hostname);
        writer.WriteNumber("port", info.Port);
        WriteAttributes(writer, info);
        ResourcesJson.Write(writer, "resources", resources);
        writer.WriteEndObject();
    }

    private static void WriteFull(Utf8JsonWriter writer, Agent agent)
    {
        writer.WriteStartObject("reserved_resources_full");
        foreach ((string role, Resources reserved) in agent.TotalResources.ReservationsByRole())
        {
            ResourcesJson.WriteFull(writer, role, reserved);
        }

        writer.WriteEndObject();
        ResourcesJson.WriteFull(writer, "unreserved_resources_full", agent.TotalResources.Unreserved());
        ResourcesJson.WriteFull(writer, "used_resources_full", agent.Used.Total);
        ResourcesJson.WriteFull(writer, "offered_resources_full", agent.OfferedResources);
    }

    private static void WriteAttributes(Utf8JsonWriter writer, SlaveInfo info)
    {
        writer.WriteStartObject("attributes");
        foreach (Attribute attribute in info.Attributes)
        {
            switch (attribute.Type)
            {
                case ValueType.Scalar:
                    writer.WriteDouble(attribute.Name, attribute.Scalar?.Value ?? 0);
                    break;
                case ValueType.Ranges:
                    IEnumerable<string> ranges = attribute.Ranges?.Range.Select(range => $"{range.Begin}-{range.End}") ?? [];
                    writer.WriteString(attribute.Name, $"[{string.Join(", ", ranges)}]");
                    break;
                case ValueType.Set:
                    writer.WriteString(attribute.Name, $"{{{string.Join(", ", attribute.Set?.Item ?? [])}}}");
                    break;
                default:
                    writer.WriteString(attribute.Name, attribute.Text?.Value ?? string.Empty);
                    break;
            }
        }

        writer.WriteEndObject();
    }
}
