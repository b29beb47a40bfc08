using Mesos.Common;
using Mesos.Common.Values;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Validation;

/// <summary>Rules for tasks that are launched together. Every rule answers null when it is kept, else what the framework is told for each task.</summary>
/// <remarks>Upstream: <c>task::group</c> in src/master/validation.cpp, which ends on two tasks with one id.</remarks>
internal static class TaskGroupValidation
{
    private const double MinCpus = 0.01;
    private static readonly Bytes MinMem = Bytes.Megabytes(32);

    /// <param name="group">The tasks, each with its executor.</param>
    /// <param name="executor">The executor of them all.</param>
    /// <param name="framework">Who launches them.</param>
    /// <param name="agent">Where the offer comes from.</param>
    /// <param name="available">What is left of the offer.</param>
    public static string? Validate(TaskGroupInfo group, ExecutorInfo executor, Framework framework, Agent agent, Resources available) =>
        group.Tasks
            .Select(task => ValidateTask(task, framework, agent) is { } error ? $"Task '{task.TaskId.Value}' is invalid: {error}" : null)
            .FirstOrDefault(error => error is not null)
        ?? ValidateUniqueIds(group)
        ?? ExecutorValidation.Validate(executor, framework, agent)
        ?? ValidateExecutor(group, executor)
        ?? ValidateTotal(group, executor)
        ?? ValidateAvailable(group, executor, framework, agent, available)
        ?? ValidateShareCgroups(group, executor, framework, agent);

    private static string? ValidateTask(TaskInfo task, Framework framework, Agent agent) =>
        TaskValidation.ValidateGeneral(task, framework, agent)
        ?? (task.Executor is null ? "'TaskInfo.executor' must be set"
            : task.Container?.NetworkInfos.Count > 0
                && task.HealthCheck?.Type is HealthCheck.Types.Type.Http or HealthCheck.Types.Type.Tcp
                ? "HTTP and TCP health checks are not supported for nested containers not joining parent's network"
            : task.Container?.Type == ContainerInfo.Types.Type.Docker ? "Docker ContainerInfo is not supported on the task"
            : task.Limits.Count > 0 && SharesCgroups(task.Container)
                ? "Resource limits may only be set for tasks within a task group when the 'share_cgroups' field is set to 'false'."
            : null);

    private static string? ValidateUniqueIds(TaskGroupInfo group) => group.Tasks
        .GroupBy(task => task.TaskId.Value, StringComparer.Ordinal)
        .FirstOrDefault(tasks => tasks.Skip(1).Any()) is { } twice
            ? $"Task '{twice.Key}' is invalid: Task has duplicate ID: {twice.Key}"
            : null;

    private static string? ValidateExecutor(TaskGroupInfo group, ExecutorInfo executor)
    {
        if (!executor.HasType)
        {
            return "'ExecutorInfo.type' must be set";
        }

        if (executor.Type == ExecutorInfo.Types.Type.Unknown)
        {
            return "Unknown executor type";
        }

        if (executor.Container?.Type == ContainerInfo.Types.Type.Docker)
        {
            return "Docker ContainerInfo is not supported on the executor";
        }

        string id = executor.ExecutorId.Value;
        if (group.Tasks.FirstOrDefault(task => !ExecutorComparison.AreSame(task.Executor, executor)) is { } other)
        {
            return $"The `ExecutorInfo` of task '{other.TaskId.Value}' is different from executor '{id}'";
        }

        var resources = Resources.From(executor.Resources);
        return !(resources.Cpus >= MinCpus)
                ? $"Executor '{id}' uses less CPUs ({NumberText(resources.Cpus)}) than the minimum required ({MinCpus})"
            : resources.Mem is not { } mem || mem < MinMem
                ? $"Executor '{id}' uses less memory ({resources.Mem?.ToString() ?? "None"}) than the minimum required ({MinMem})"
            : resources.Disk is null ? $"Executor '{id}' uses no disk"
            : null;
    }

    private static string? ValidateTotal(TaskGroupInfo group, ExecutorInfo executor)
    {
        Resources[] parts = [.. group.Tasks.Select(task => Resources.From(task.Resources)), Resources.From(executor.Resources)];
        Resources total = parts.Aggregate(Resources.Empty, (sum, part) => sum + part);
        return ResourceValidation.ValidateUniquePersistenceIds(total) is { } twice
                ? $"Task group and executor use duplicate persistence ID: {twice}"
            : ResourceValidation.ValidateOneRevocability(total) is { } mixed
                ? $"Task group and executor mix revocable and non-revocable resources: {mixed}"
            : ResourceValidation.Overlap(parts)
                ? $"There are overlapping resources in the task group's task resources {{ {string.Join<Resources>(", ", parts[..^1])} }}"
                    + $" and/or executor resources {parts[^1]}"
            : null;
    }

    private static string? ValidateAvailable(TaskGroupInfo group, ExecutorInfo executor, Framework framework, Agent agent, Resources available)
    {
        Resources total = group.Tasks.Aggregate(Resources.Empty, (sum, task) => sum + Resources.From(task.Resources));
        if (agent.Executor(framework.Id, executor.ExecutorId.Value) is null)
        {
            total += Resources.From(executor.Resources);
        }

        return available.Contains(total)
            ? null
            : $"Total resources {total} required by task group and its executor are more than available {available}";
    }

    /// <summary>All tasks under one executor share the control groups of it, or none does.</summary>
    private static string? ValidateShareCgroups(TaskGroupInfo group, ExecutorInfo executor, Framework framework, Agent agent)
    {
        if (executor.Container?.LinuxInfo is { HasShareCgroups: true, ShareCgroups: true })
        {
            return "The 'share_cgroups' field cannot be set to 'true' on executor containers";
        }

        IEnumerable<bool> shares = group.Tasks.Select(task => SharesCgroups(task.Container));
        if (agent.Executor(framework.Id, executor.ExecutorId.Value) is not null)
        {
            shares = shares.Concat(framework.Tasks.Values.Select(task => task.Info)
                .Concat(framework.UnreachableTasks.Values)
                .Where(task => task.SlaveId.Value == agent.Id && task.ExecutorId?.Value == executor.ExecutorId.Value)
                .Select(task => SharesCgroups(task.Container)));
        }

        return shares.Distinct().Skip(1).Any()
            ? "If set, the value of 'share_cgroups' must be the same for all tasks in each task group and under a single executor"
            : null;
    }

    private static bool SharesCgroups(ContainerInfo? container) =>
        container?.LinuxInfo is not { HasShareCgroups: true, ShareCgroups: false };

    private static string NumberText(double? value) =>
        value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "None";
}
