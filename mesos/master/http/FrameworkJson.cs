using System.Text.Json;
using LibProcess.Http;
using Mesos.Common.Json;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Http;

/// <summary>Frameworks as the endpoints show them.</summary>
/// <remarks>Upstream: <c>FullFrameworkWriter</c> in src/master/readonly_handler.cpp.</remarks>
internal static class FrameworkJson
{
    private static readonly FrameworkInfo.Types.Capability.Types.Type[] Capabilities =
        [.. Enum.GetValues<FrameworkInfo.Types.Capability.Types.Type>().Where(type => type != FrameworkInfo.Types.Capability.Types.Type.Unknown)];

    public static void Write(Utf8JsonWriter writer, Framework framework)
    {
        writer.WriteStartObject();
        WriteSummary(writer, framework);
        WriteDescription(writer, framework);
        WriteTasks(writer, "tasks", framework.Tasks.Values.Select(task => task.Info));
        WriteTasks(writer, "unreachable_tasks", framework.UnreachableTasks.Values);
        WriteTasks(writer, "completed_tasks", framework.CompletedTasks);
        WriteOffers(writer, framework);
        writer.WriteStartArray("executors");
        foreach ((string agentId, Dictionary<string, ExecutorInfo> executors) in framework.Executors)
        {
            foreach (ExecutorInfo executor in executors.Values)
            {
                TaskJson.Write(writer, executor, agentId);
            }
        }

        writer.WriteEndArray();
        TaskJson.WriteLabels(writer, framework.Info.Labels);
        ProtobufJsonWriter.Write(writer, "offer_constraints", framework.OfferConstraints);
        writer.WriteEndObject();
    }

    private static void WriteSummary(Utf8JsonWriter writer, Framework framework)
    {
        writer.WriteString("id", framework.Id);
        writer.WriteString("name", framework.Info.Name);
        if (framework.Pid is { } pid)
        {
            writer.WriteString("pid", pid.ToString());
        }

        ResourcesJson.Write(writer, "used_resources", framework.Used.Total);
        ResourcesJson.Write(writer, "offered_resources", framework.Offered.Total);
        writer.WriteStartArray("capabilities");
        foreach (FrameworkInfo.Types.Capability.Types.Type capability in Capabilities.Where(type => framework.Capabilities.Has(type)))
        {
            writer.WriteStringValue(WireNames.Of(capability));
        }

        writer.WriteEndArray();
        writer.WriteString("hostname", framework.Info.Hostname);
        writer.WriteString("webui_url", framework.Info.WebuiUrl);
        writer.WriteBoolean("active", framework.Active);
        writer.WriteBoolean("connected", framework.Connected);
        writer.WriteBoolean("recovered", framework.Recovered);
    }

    private static void WriteDescription(Utf8JsonWriter writer, Framework framework)
    {
        FrameworkInfo info = framework.Info;
        writer.WriteString("user", info.User);
        writer.WriteDouble("failover_timeout", info.FailoverTimeout);
        writer.WriteBoolean("checkpoint", info.Checkpoint);
        writer.WriteDouble("registered_time", framework.RegisteredTime?.ToSeconds() ?? 0);
        writer.WriteDouble("unregistered_time", framework.UnregisteredTime?.ToSeconds() ?? 0);
        if (info.HasPrincipal)
        {
            writer.WriteString("principal", info.Principal);
        }

        if (framework.ReregisteredTime is { } reregistered && reregistered != framework.RegisteredTime)
        {
            writer.WriteDouble("reregistered_time", reregistered.ToSeconds());
        }

        ResourcesJson.Write(writer, "resources", framework.Used.Total + framework.Offered.Total);
        if (framework.Capabilities.MultiRole)
        {
            writer.WriteStartArray("roles");
            foreach (string role in info.Roles)
            {
                writer.WriteStringValue(role);
            }

            writer.WriteEndArray();
        }
        else
        {
            writer.WriteString("role", info.Role);
        }
    }

    private static void WriteTasks(Utf8JsonWriter writer, string name, IEnumerable<Proto.Task> tasks)
    {
        writer.WriteStartArray(name);
        foreach (Proto.Task task in tasks)
        {
            TaskJson.Write(writer, task);
        }

        writer.WriteEndArray();
    }

    private static void WriteOffers(Utf8JsonWriter writer, Framework framework)
    {
        writer.WriteStartArray("offers");
        foreach (MasterOffer offer in framework.Offers)
        {
            writer.WriteStartObject();
            writer.WriteString("id", offer.Id);
            writer.WriteString("framework_id", framework.Id);
            writer.WriteStartObject("allocation_info");
            writer.WriteString("role", offer.Role);
            writer.WriteEndObject();
            writer.WriteString("slave_id", offer.Agent.Id);
            ResourcesJson.Write(writer, "resources", offer.Resources);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
