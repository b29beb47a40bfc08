using Mesos.Common;
using Mesos.Common.Values;
using Mesos.Common.Versions;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Validation;

/// <summary>Rules for what agents say of themselves. Every rule answers null when it is kept, else a sentence for the log.</summary>
/// <remarks>
/// Upstream: <c>master::message</c> in src/master/validation.cpp. Stricter where the original would end on a fatal assertion:
/// refined reservations of an agent, tasks listed twice, resources allocated to nobody.
/// </remarks>
internal static class RegistrationValidation
{
    private static readonly SemanticVersion Oldest = SemanticVersion.Parse(MesosVersion.OldestAgent);

    public static string? Validate(RegisterSlaveMessage message)
    {
        if (Validate(message.Slave) is { } problem)
        {
            return problem;
        }

        return message.CheckpointedResources.Count > 0 && !message.Slave.Checkpoint
            ? "Checkpointed resources provided when checkpointing is not enabled"
            : ResourceRules.Validate(message.CheckpointedResources);
    }

    public static string? Validate(ReregisterSlaveMessage message)
    {
        if (string.IsNullOrEmpty(message.Slave.Id?.Value))
        {
            return "The agent does not say its id";
        }

        if ((Validate(message.Slave) ?? ResourceRules.Validate(message.CheckpointedResources)) is { } problem)
        {
            return problem;
        }

        var frameworks = new HashSet<string>(StringComparer.Ordinal);
        var executors = new HashSet<(string Framework, string Executor)>();
        return message.Frameworks.Select(info => Validate(info, frameworks)).FirstOrDefault(error => error is not null)
            ?? message.ExecutorInfos.Select(info => Validate(info, frameworks, executors)).FirstOrDefault(error => error is not null)
            ?? ValidateTasks(message, frameworks, executors)
            ?? message.CompletedFrameworks.SelectMany(archive => archive.Tasks)
                .Select(task => IdRules.Validate(task.TaskId.Value)).FirstOrDefault(error => error is not null);
    }

    /// <summary>Whether the version of an agent is one this master talks to.</summary>
    public static string? ValidateVersion(string version) =>
        !SemanticVersion.TryParse(version, out SemanticVersion? parsed, out string? error) ? error
        : parsed.CompareTo(Oldest) < 0 ? $"its version is {parsed}, the oldest supported is {Oldest}"
        : null;

    /// <summary>Whether an agent fits into the fault domains of the cluster.</summary>
    public static string? ValidateDomain(SlaveInfo info, MasterOptions options) =>
        info.Domain is not null && options.Domain is null ? "it has a fault domain and this master has none"
        : info.Domain is null && options.RequireAgentDomain ? "it has no fault domain and this master requires one"
        : null;

    private static string? Validate(SlaveInfo info) =>
        (info.Id is null ? null : IdRules.Validate(info.Id.Value))
        ?? ResourceRules.Validate(info.Resources)
        ?? (info.Resources.Any(resource => resource.Reservations.Count > 1)
            ? "Refined reservations cannot be part of an agent's description"
            : null);

    private static string? Validate(FrameworkInfo info, HashSet<string> frameworks) =>
        string.IsNullOrEmpty(info.Id?.Value) ? "A framework has no FrameworkID"
        : FrameworkValidation.Validate(info)
            ?? (frameworks.Add(info.Id.Value) ? null : $"Framework has a duplicate FrameworkID: '{info.Id.Value}'");

    private static string? Validate(ExecutorInfo info, HashSet<string> frameworks, HashSet<(string Framework, string Executor)> executors)
    {
        string framework = info.FrameworkId?.Value ?? string.Empty;
        return ExecutorValidation.Validate(info)
            ?? ResourceRules.Validate(info.Resources)
            ?? (frameworks.Contains(framework) ? null : $"Executor has an invalid FrameworkID '{framework}'")
            ?? (executors.Add((framework, info.ExecutorId.Value))
                ? null
                : $"Framework '{framework}' has a duplicate ExecutorID '{info.ExecutorId.Value}'");
    }

    private static string? ValidateTasks(
        ReregisterSlaveMessage message,
        HashSet<string> frameworks,
        HashSet<(string Framework, string Executor)> executors)
    {
        var ids = new HashSet<(string Framework, string Task)>();
        foreach (Proto.Task task in message.Tasks)
        {
            string framework = task.FrameworkId.Value;
            string? problem =
                IdRules.Validate(task.TaskId.Value) is { } id ? $"Task has an invalid TaskID: {id}"
                : task.SlaveId.Value != message.Slave.Id.Value ? $"Task has an invalid SlaveID '{task.SlaveId.Value}'"
                : !frameworks.Contains(framework) ? $"Task has an invalid FrameworkID '{framework}'"
                : task.ExecutorId is { } executor && task.State == TaskState.TaskRunning && !executors.Contains((framework, executor.Value))
                    ? $"Task has an invalid ExecutorID '{executor.Value}'"
                : task.State is TaskState.TaskUnreachable or TaskState.TaskUnknown ? "Task is in a state that agents do not report"
                : ResourceRules.Validate(task.Resources) is { } resources ? $"Task uses invalid resources: {resources}"
                : !ids.Add((framework, task.TaskId.Value)) ? $"Task has a duplicate TaskID: '{task.TaskId.Value}'"
                : null;
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }
}
