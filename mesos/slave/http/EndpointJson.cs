using System.Text.Json;
using LibProcess.Http;
using Mesos.Common;
using Mesos.Common.Json;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using ValueType = Mesos.Proto.Value.Types.Type;

namespace Mesos.Slave.Http;

/// <summary>Resources, attributes and tasks in the form that readers of the endpoints know.</summary>
/// <remarks>Upstream: the functions <c>json</c> in src/common/http.cpp, which differ from the plain form of the messages.</remarks>
internal static class EndpointJson
{
    // The order in which the original's answers have them.
    private static readonly string[] AlwaysShown = ["disk", "mem", "gpus", "cpus"];

    /// <summary>Writes resources as an object of amounts by name: scalars added up, ranges and sets as text.</summary>
    public static void WriteResources(Utf8JsonWriter writer, IEnumerable<Resource> resources)
    {
        OrderedDictionary<string, double> scalars = new(AlwaysShown.Select(static name => KeyValuePair.Create(name, 0.0)));
        OrderedDictionary<string, Value.Types.Ranges> ranges = [];
        OrderedDictionary<string, SortedSet<string>> sets = [];
        foreach (var resource in resources)
        {
            var name = resource.Revocable is null ? resource.Name : resource.Name + "_revocable";
            switch (resource.Type)
            {
                case ValueType.Scalar:
                    scalars[name] = FixedPoint.Round(scalars.GetValueOrDefault(name) + (resource.Scalar?.Value ?? 0));
                    break;
                case ValueType.Ranges:
                    ranges[name] = ValueRanges.Add(ranges.GetValueOrDefault(name) ?? new Value.Types.Ranges(), resource.Ranges ?? new Value.Types.Ranges());
                    break;
                case ValueType.Set:
                    sets.TryAdd(name, new SortedSet<string>(StringComparer.Ordinal));
                    sets[name].UnionWith(resource.Set?.Item ?? []);
                    break;
                default:
                    break;
            }
        }

        writer.WriteStartObject();
        foreach (var (name, value) in scalars)
        {
            writer.WriteDouble(name, value);
        }

        foreach (var (name, value) in ranges)
        {
            writer.WriteString(name, ValueRanges.Format(value));
        }

        foreach (var (name, value) in sets)
        {
            writer.WriteString(name, $"{{{string.Join(", ", value)}}}");
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes resources with all that is known of them: each as a message, with older fields where they can express it.</summary>
    public static void WriteFullResources(Utf8JsonWriter writer, IEnumerable<Resource> resources)
    {
        writer.WriteStartArray();
        foreach (var resource in resources)
        {
            var shown = resource.Clone();
            ResourceFormat.ToEndpoint(shown);
            ProtobufJsonWriter.Write(writer, shown);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes attributes as an object of values by name.</summary>
    public static void WriteAttributes(Utf8JsonWriter writer, IEnumerable<Attribute> attributes)
    {
        writer.WriteStartObject();
        foreach (var attribute in attributes)
        {
            switch (attribute.Type)
            {
                case ValueType.Scalar:
                    writer.WriteDouble(attribute.Name, attribute.Scalar?.Value ?? 0);
                    break;
                case ValueType.Ranges:
                    writer.WriteString(attribute.Name, ValueRanges.Format(attribute.Ranges ?? new Value.Types.Ranges()));
                    break;
                case ValueType.Set:
                    writer.WriteString(attribute.Name, $"{{{string.Join(", ", attribute.Set?.Item ?? [])}}}");
                    break;
                default:
                    writer.WriteString(attribute.Name, attribute.Text?.Value ?? "");
                    break;
            }
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes labels as an array of key and value.</summary>
    public static void WriteLabels(Utf8JsonWriter writer, Labels labels)
    {
        ProtobufJsonWriter.WriteArray(writer, labels.Labels_);
    }

    /// <summary>Writes a task with the history of its states.</summary>
    public static void WriteTask(Utf8JsonWriter writer, Proto.Task task)
    {
        writer.WriteStartObject();
        writer.WriteString("id", task.TaskId.Value);
        writer.WriteString("name", task.Name);
        writer.WriteString("framework_id", task.FrameworkId.Value);
        writer.WriteString("executor_id", task.ExecutorId?.Value ?? "");
        writer.WriteString("slave_id", task.SlaveId.Value);
        writer.WriteString("state", task.State.WireName());
        writer.WritePropertyName("resources");
        WriteResources(writer, task.Resources);
        if (task.Limits.Count > 0)
        {
            writer.WriteStartObject("limits");
            foreach (var (name, limit) in task.Limits)
            {
                writer.WriteDouble(name, limit.Value);
            }

            writer.WriteEndObject();
        }

        writer.WriteString("role", task.Resources.FirstOrDefault()?.AllocationInfo?.Role ?? "");
        writer.WriteStartArray("statuses");
        foreach (var status in task.Statuses)
        {
            WriteStatus(writer, status);
        }

        writer.WriteEndArray();
        WriteRest(writer, task);
        writer.WriteEndObject();
    }

    /// <summary>Writes one state of a task.</summary>
    public static void WriteStatus(Utf8JsonWriter writer, TaskStatus status)
    {
        writer.WriteStartObject();
        writer.WriteString("state", status.State.WireName());
        writer.WriteDouble("timestamp", status.Timestamp);
        if (status.Labels is not null)
        {
            writer.WritePropertyName("labels");
            WriteLabels(writer, status.Labels);
        }

        if (status.ContainerStatus is { } container)
        {
            writer.WritePropertyName("container_status");
            WriteContainerStatus(writer, container);
        }

        if (status.HasHealthy)
        {
            writer.WriteBoolean("healthy", status.Healthy);
        }

        writer.WriteEndObject();
    }

    // The id of the process that runs in the container is not shown.
    private static void WriteContainerStatus(Utf8JsonWriter writer, ContainerStatus status)
    {
        writer.WriteStartObject();
        if (status.ContainerId is not null)
        {
            ProtobufJsonWriter.Write(writer, "container_id", status.ContainerId);
        }

        if (status.NetworkInfos.Count > 0)
        {
            writer.WriteStartArray("network_infos");
            foreach (var network in status.NetworkInfos)
            {
                WriteNetwork(writer, network);
            }

            writer.WriteEndArray();
        }

        if (status.CgroupInfo is not null)
        {
            ProtobufJsonWriter.Write(writer, "cgroup_info", status.CgroupInfo);
        }

        writer.WriteEndObject();
    }

    private static void WriteNetwork(Utf8JsonWriter writer, NetworkInfo network)
    {
        writer.WriteStartObject();
        if (network.Groups.Count > 0)
        {
            writer.WriteStartArray("groups");
            foreach (var group in network.Groups)
            {
                writer.WriteStringValue(group);
            }

            writer.WriteEndArray();
        }

        if (network.Labels is { } labels)
        {
            writer.WritePropertyName("labels");
            WriteLabels(writer, labels);
        }

        if (network.IpAddresses.Count > 0)
        {
            writer.WritePropertyName("ip_addresses");
            ProtobufJsonWriter.WriteArray(writer, network.IpAddresses);
        }

        if (network.HasName)
        {
            writer.WriteString("name", network.Name);
        }

        if (network.PortMappings.Count > 0)
        {
            writer.WritePropertyName("port_mappings");
            ProtobufJsonWriter.WriteArray(writer, network.PortMappings);
        }

        writer.WriteEndObject();
    }

    private static void WriteRest(Utf8JsonWriter writer, Proto.Task task)
    {
        if (task.HasUser)
        {
            writer.WriteString("user", task.User);
        }

        if (task.Labels is not null)
        {
            writer.WritePropertyName("labels");
            WriteLabels(writer, task.Labels);
        }

        if (task.Discovery is not null)
        {
            ProtobufJsonWriter.Write(writer, "discovery", task.Discovery);
        }

        if (task.Container is not null)
        {
            ProtobufJsonWriter.Write(writer, "container", task.Container);
        }

        if (task.HealthCheck is not null)
        {
            ProtobufJsonWriter.Write(writer, "health_check", task.HealthCheck);
        }
    }
}
