using System.Globalization;
using System.Text.Json;
using LibProcess.Http;
using Mesos.Common.Json;
using Mesos.Common.Protobuf;
using Mesos.Common.Versions;
using Mesos.Slave.Executors;
using Mesos.Slave.State;

namespace Mesos.Slave.Http;

/// <summary>The answer of <c>/state</c>.</summary>
/// <remarks>Upstream: <c>Http::state</c> in src/slave/http.cpp.</remarks>
internal static class StateJson
{
    public static void Write(Utf8JsonWriter json, SlaveContext context, BuildInfo build, DateTimeOffset startTime)
    {
        SlaveState state = context.State;
        json.WriteStartObject();
        json.WriteString("version", MesosVersion.Wire);
        if (build.GitSha is { } commit)
        {
            json.WriteString("git_sha", commit);
        }

        json.WriteString("build_date", build.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        json.WriteDouble("build_time", Timestamps.ToSeconds(build.Time));
        json.WriteString("build_user", build.User);
        json.WriteDouble("start_time", Timestamps.ToSeconds(startTime));
        json.WriteString("id", state.Id ?? "");
        json.WriteString("pid", context.Actor.Self.ToString());
        json.WriteString("hostname", state.Info.Hostname);
        json.WriteStartArray("capabilities");
        foreach (var capability in context.Options.Features.InOrder)
        {
            json.WriteStringValue(capability.WireName());
        }

        json.WriteEndArray();
        if (state.Info.Domain is { } domain)
        {
            ProtobufJsonWriter.Write(json, "domain", domain);
        }

        if (state.Drain is { } drain)
        {
            ProtobufJsonWriter.Write(json, "drain_config", drain);
            if (state.DrainStart is { } start)
            {
                json.WriteNumber("estimated_drain_start_time_seconds", start.ToUnixTimeSeconds());
            }
        }

        WriteResources(json, state);
        json.WritePropertyName("attributes");
        EndpointJson.WriteAttributes(json, state.Info.Attributes);
        if (state.MasterInfo is { HasHostname: true } master)
        {
            json.WriteString("master_hostname", master.Hostname);
        }

        if (context.Options.Flags.TryGetValue("log_dir", out string? logs))
        {
            json.WriteString("log_dir", logs);
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
