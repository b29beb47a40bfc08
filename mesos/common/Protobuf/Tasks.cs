using Mesos.Proto;

namespace Mesos.Common.Protobuf;

/// <summary>What master and agent keep of a task.</summary>
/// <remarks>Upstream: <c>createTask</c> and its neighbours in src/common/protobuf_utils.cpp. Arguments are copied.</remarks>
public static class Tasks
{
    /// <summary>The record of a task that a framework described.</summary>
    public static Proto.Task Create(TaskInfo info, TaskState state, FrameworkID frameworkId)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(frameworkId);
        Proto.Task task = new()
        {
            FrameworkId = frameworkId.Clone(),
            State = state,
            Name = info.Name,
            TaskId = info.TaskId.Clone(),
            SlaveId = info.SlaveId.Clone(),
            ExecutorId = info.Executor?.ExecutorId.Clone(),
            Labels = info.Labels?.Clone(),
            Discovery = info.Discovery?.Clone(),
            Container = info.Container?.Clone(),
            HealthCheck = info.HealthCheck?.Clone(),
            KillPolicy = info.KillPolicy?.Clone(),
        };
        task.Resources.AddRange(info.Resources.Select(resource => resource.Clone()));
        foreach (var (name, limit) in info.Limits)
        {
            task.Limits.Add(name, limit.Clone());
        }

        if (info.Command is { HasUser: true } command)
        {
            task.User = command.User;
        }
        else if (info.Executor?.Command is { HasUser: true } executor)
        {
            task.User = executor.User;
        }

        return task;
    }

    /// <summary>The health of the latest status that has one to tell, or null.</summary>
    public static bool? Health(Proto.Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.Statuses is [.., { HasHealthy: true } latest] ? latest.Healthy : null;
    }

    /// <summary>The container of the latest status that has one, or null.</summary>
    public static ContainerStatus? Container(Proto.Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return task.Statuses.LastOrDefault(status => status.ContainerStatus is not null)?.ContainerStatus;
    }
}
