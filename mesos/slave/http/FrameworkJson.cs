using System.Text.Json;
using LibProcess.Http;
using Mesos.Common.Json;
using Mesos.Common.Protobuf;
using Mesos.Slave.Executors;
using Mesos.Slave.State;

namespace Mesos.Slave.Http;

/// <summary>Frameworks with their executors and tasks, as <c>/state</c> shows them.</summary>
/// <remarks>Upstream: <c>FrameworkWriter</c> and <c>ExecutorWriter</c> in src/slave/http.cpp.</remarks>
internal static class FrameworkJson
{
    public static void Write(Utf8JsonWriter json, Framework framework)
    {
        FrameworkInfo info = framework.Info;
        json.WriteStartObject();
        json.WriteString("id", framework.Id);
        json.WriteString("name", info.Name);
        json.WriteString("user", info.User);
        json.WriteDouble("failover_timeout", info.FailoverTimeout);
        json.WriteBoolean("checkpoint", info.Checkpoint);
        json.WriteString("hostname", info.Hostname);
        if (info.HasPrincipal)
        {
            json.WriteString("principal", info.Principal);
        }

        if (FrameworkCapabilities.Of(info).MultiRole)
        {
            json.WriteStartArray("roles");
            foreach (string role in info.Roles)
            {
                json.WriteStringValue(role);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteString("role", info.Role);
        }

        WriteArray(json, "executors", framework.Executors.Values, WriteExecutor);
        WriteArray(json, "completed_executors", framework.CompletedExecutors, WriteExecutor);
        json.WriteEndObject();
    }

    private static void WriteExecutor(Utf8JsonWriter json, Executor executor)
    {
        json.WriteStartObject();
        json.WriteString("id", executor.Id);
        json.WriteString("name", executor.Info.Name);
        json.WriteString("source", executor.Info.Source);
        json.WriteString("container", executor.ContainerId.Value);
        json.WriteString("directory", executor.Directory);
        json.WritePropertyName("resources");
        EndpointJson.WriteResources(json, Common.Resources.From(ExecutorResources.Of(executor)));
        if (executor.Info.Resources.Count > 0)
        {
            json.WriteString("role", executor.Info.Resources[0].AllocationInfo?.Role ?? "");
        }

        if (executor.Info.Labels is { } labels)
        {
            json.WritePropertyName("labels");
            EndpointJson.WriteLabels(json, labels);
        }

        if (executor.Info.HasType)
        {
            json.WriteString("type", executor.Info.Type switch
            {
                ExecutorInfo.Types.Type.Default => "DEFAULT",
                ExecutorInfo.Types.Type.Custom => "CUSTOM",
                _ => "UNKNOWN",
            });
        }

        WriteArray(json, "tasks", executor.LaunchedTasks.Values, EndpointJson.WriteTask);
        WriteArray(json, "queued_tasks", executor.QueuedTasks.Values, WriteQueuedTask);
        WriteArray(json, "completed_tasks", executor.CompletedTasks.Concat(executor.TerminatedTasks.Values), EndpointJson.WriteTask);
        json.WriteEndObject();
    }

    private static void WriteQueuedTask(Utf8JsonWriter json, TaskInfo task)
    {
        json.WriteStartObject();
        json.WriteString("id", task.TaskId.Value);
        json.WriteString("name", task.Name);
        json.WriteString("slave_id", task.SlaveId.Value);
        json.WritePropertyName("resources");
        EndpointJson.WriteResources(json, task.Resources);
        json.WriteString("role", task.Resources.FirstOrDefault()?.AllocationInfo?.Role ?? "");
        if (task.Command is not null)
        {
            json.WritePropertyName("command");
            CommandJson.Write(json, task.Command);
        }

        if (task.Executor is not null)
        {
            json.WriteString("executor_id", task.Executor.ExecutorId.Value);
        }

        if (task.Discovery is not null)
        {
            ProtobufJsonWriter.Write(json, "discovery", task.Discovery);
        }

        json.WriteEndObject();
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            write(json, item);
        }

        json.WriteEndArray();
    }
}
