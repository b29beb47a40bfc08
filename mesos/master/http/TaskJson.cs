using System.Text.Json;
using LibProcess.Http;
using Mesos.Common;
using Mesos.Common.Json;
using Mesos.Common.Protobuf;
using Mesos.Proto;

namespace Mesos.Master.Http;

/// <summary>Tasks, executors and labels as the endpoints show them.</summary>
/// <remarks>Upstream: src/common/http.cpp.</remarks>
internal static class TaskJson
{
    public static void Write(Utf8JsonWriter writer, Proto.Task task)
    {
        Resources resources = Resources.From(task.Resources);
        writer.WriteStartObject();
        writer.WriteString("id", task.TaskId.Value);
        writer.WriteString("name", task.Name);
        writer.WriteString("framework_id", task.FrameworkId.Value);
        writer.WriteString("executor_id", task.ExecutorId?.Value ?? string.Empty);
        writer.WriteString("slave_id", task.SlaveId.Value);
        writer.WriteString("state", task.State.WireName());
        ResourcesJson.Write(writer, "resources", resources);
        if (task.Resources.FirstOrDefault()?.AllocationInfo?.Role is { } role)
        {
            writer.WriteString("role", role);
        }

        writer.WriteStartArray("statuses");
        foreach (TaskStatus status in task.Statuses)
        {
            Write(writer, status);
        }

        writer.WriteEndArray();
        if (task.HasUser)
        {
            writer.WriteString("user", task.User);
        }

        WriteLabels(writer, task.Labels);
        WriteIfSet(writer, "discovery", task.Discovery);
        WriteIfSet(writer, "container", task.Container);
        WriteIfSet(writer, "health_check", task.HealthCheck);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, ExecutorInfo executor, string agentId)
    {
        writer.WriteStartObject();
        writer.WriteString("executor_id", executor.ExecutorId.Value);
        writer.WriteString("name", executor.Name);
        writer.WriteString("framework_id", executor.FrameworkId?.Value ?? string.Empty);
        if (executor.Command is { } command)
        {
            writer.WritePropertyName("command");
            CommandJson.Write(writer, command);
        }

        ResourcesJson.Write(writer, "resources", Resources.From(executor.Resources));
        if (executor.Resources.FirstOrDefault()?.AllocationInfo?.Role is { } role)
        {
            writer.WriteString("role", role);
        }

        WriteLabels(writer, executor.Labels);
        writer.WriteString("type", WireNames.Of(executor.HasType ? executor.Type : ExecutorInfo.Types.Type.Custom));
        writer.WriteString("slave_id", agentId);
        writer.WriteEndObject();
    }

    public static void WriteLabels(Utf8JsonWriter writer, Labels? labels)
    {
        if (labels is not null)
        {
            writer.WritePropertyName("labels");
            ProtobufJsonWriter.WriteArray(writer, labels.Labels_);
        }
    }

    private static void Write(Utf8JsonWriter writer, TaskStatus status)
    {
        writer.WriteStartObject();
        writer.WriteString("state", status.State.WireName());
        writer.WriteDouble("timestamp", status.Timestamp);
        WriteLabels(writer, status.Labels);
        if (status.ContainerStatus is { } container)
        {
            // The process id of an executor means nothing away from its agent.
            var shown = new ContainerStatus { ContainerId = container.ContainerId, CgroupInfo = container.CgroupInfo };
            shown.NetworkInfos.Add(container.NetworkInfos);
            ProtobufJsonWriter.Write(writer, "container_status", shown);
        }

        if (status.HasHealthy)
        {
            writer.WriteBoolean("healthy", status.Healthy);
        }

        WriteIfSet(writer, "check_status", status.CheckStatus);
        writer.WriteEndObject();
    }

    private static void WriteIfSet(Utf8JsonWriter writer, string name, Google.Protobuf.IMessage? message)
    {
        if (message is not null)
        {
            ProtobufJsonWriter.Write(writer, name, message);
        }
    }
}
