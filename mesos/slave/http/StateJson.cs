using System.Text.Json;
using LibProcess.Http;
using Mesos.Common.Protobuf;
using Mesos.Common.Versions;
using Mesos.Slave.Executors;
using Mesos.Slave.State;

namespace Mesos.Slave.Http;

/// <summary>The answer of <c>/state</c>.</summary>
/// <remarks>Upstream: <c>Http::state</c> in src/slave/http.cpp.</remarks>
internal static class StateJson
{
    // In the order of their numbers, as they are registered.
    private static readonly string[] CapabilityNames =
    [
        "MULTI_ROLE", "HIERARCHICAL_ROLE", "RESERVATION_REFINEMENT", "RESOURCE_PROVIDER",
        "RESIZE_VOLUME", "AGENT_OPERATION_FEEDBACK", "AGENT_DRAINING", "TASK_RESOURCE_LIMITS",
    ];

    public static void Write(Utf8JsonWriter json, SlaveContext context, DateTimeOffset startTime)
    {
        SlaveState state = context.State;
        json.WriteStartObject();
        json.WriteString("version", MesosVersion.Wire);
        json.WriteDouble("start_time", Timestamps.ToSeconds(startTime));
        json.WriteString("id", state.Id ?? "");
        json.WriteString("pid", context.Actor.Self.ToString());
        json.WriteString("hostname", state.Info.Hostname);
        json.WriteStartArray("capabilities");
        foreach (string capability in CapabilityNames)
        {
            json.WriteStringValue(capability);
        }

        json.WriteEndArray();
        WriteResources(json, state);
        json.WritePropertyName("attributes");
        EndpointJson.WriteAttributes(json, state.Info.Attributes);
        if (state.MasterInfo is { HasHostname: true } master)
        {
            json.WriteString("master_hostname", master.Hostname);
        }

        SlaveRoutes.WriteFlags(json, context.Options);
        WriteFrameworks(json, "frameworks", state.Frameworks.Values);
        WriteFrameworks(json, "completed_frameworks", state.CompletedFrameworks);
        json.WriteEndObject();
    }

    private static void WriteResources(Utf8JsonWriter json, SlaveState state)
    {
        Common.Resources total = state.Total;
        Common.Resources allocated = ExecutorResources.InUse(state).Unallocate();
        json.WritePropertyName("resources");
        EndpointJson.WriteResources(json, total);
        WriteByRole(json, "reserved_resources", total, EndpointJson.WriteResources);
        json.WritePropertyName("unreserved_resources");
        EndpointJson.WriteResources(json, total.Unreserved());
        WriteByRole(json, "reserved_resources_full", total, EndpointJson.WriteFullResources);
        json.WritePropertyName("unreserved_resources_full");
        EndpointJson.WriteFullResources(json, total.Unreserved());
        WriteByRole(json, "reserved_resources_allocated", allocated, EndpointJson.WriteResources);
        json.WritePropertyName("unreserved_resources_allocated");
        EndpointJson.WriteResources(json, allocated.Unreserved());
        json.WriteStartArray("resource_providers");
        json.WriteEndArray();
    }

    private static void WriteByRole(
        Utf8JsonWriter json, string name, Common.Resources resources, Action<Utf8JsonWriter, IEnumerable<Resource>> write)
    {
        json.WriteStartObject(name);
        foreach ((string role, Common.Resources reserved) in resources.ReservationsByRole())
        {
            json.WritePropertyName(role);
            write(json, reserved);
        }

        json.WriteEndObject();
    }

    private static void WriteFrameworks(Utf8JsonWriter json, string name, IEnumerable<Framework> frameworks)
    {
        json.WriteStartArray(name);
        foreach (Framework framework in frameworks)
        {
            FrameworkJson.Write(json, framework);
        }

        json.WriteEndArray();
    }
}
