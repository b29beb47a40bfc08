using Mesos.Common;
using Mesos.Common.Values;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Validation;

/// <summary>Rules for a task to be launched. Every rule answers null when it is kept, else what the framework is told.</summary>
/// <remarks>Upstream: <c>task</c> in src/master/validation.cpp. The first broken rule is the one reported.</remarks>
internal static class TaskValidation
{
    // What holds for every task, alone or in a group.
    private static readonly Func<Launch, string?>[] GeneralRules =
    [
        launch => IdRules.Validate(launch.Task.TaskId.Value),
        ValidateUniqueId,
        ValidateAgent,
        launch => launch.Task.KillPolicy?.GracePeriod?.Nanoseconds < 0 ? "Task's 'kill_policy.grace_period' must be non-negative" : null,
        launch => launch.Task.MaxCompletionTime?.Nanoseconds < 0 ? "Task's `max_completion_time` must be non-negative" : null,
        launch => launch.Task.Check is { } check ? Within("Task uses invalid check: ", CheckValidation.Validate(check)) : null,
        launch => launch.Task.HealthCheck is { } check ? Within("Task uses invalid health check: ", CheckValidation.Validate(check)) : null,
        ValidateResources,
        launch => Within("Task's `CommandInfo` is invalid: ", CommandValidation.Validate(launch.Task.Command)),
        launch => Within("Task's `ContainerInfo` is invalid: ", CommandValidation.Validate(launch.Task.Container)),
        ValidateLimits,
    ];

    private static readonly Func<Launch, string?>[] Rules =
    [
        .. GeneralRules,
        ValidateExecutor,
        ValidateTotal,
        launch => launch.Task.Container?.LinuxInfo is { HasShareCgroups: true, ShareCgroups: false }
            ? "Only tasks in a task group may have 'share_cgroups' set to 'false'"
            : null,
    ];

    /// <param name="task">The task, its resources allocated to the role of the offer.</param>
    /// <param name="framework">Who launches it.</param>
    /// <param name="agent">Where the offer comes from.</param>
    /// <param name="available">What is left of the offer.</param>
    public static string? Validate(TaskInfo task, Framework framework, Agent agent, Resources available)
    {
        var launch = new Launch(task, framework, agent, available);
        return Rules.Select(rule => rule(launch)).FirstOrDefault(error => error is not null);
    }

    /// <summary>The rules for a task whatever it is launched with.</summary>
    public static string? ValidateGeneral(TaskInfo task, Framework framework, Agent agent)
    {
        var launch = new Launch(task, framework, agent, Resources.Empty);
        return GeneralRules.Select(rule => rule(launch)).FirstOrDefault(error => error is not null);
    }

    private static string? ValidateUniqueId(Launch launch)
    {
        string id = launch.Task.TaskId.Value;
        return launch.Framework.Task(id) is not null ? $"Task has duplicate ID: {id}"
            : launch.Framework.UnreachableTasks.Contains(id) ? $"Task reuses the ID of an unreachable task: {id}"
            : null;
    }

    private static string? ValidateAgent(Launch launch) =>
        launch.Task.SlaveId.Value == launch.Agent.Id
            ? null
            : $"Task uses invalid agent {launch.Task.SlaveId.Value} while agent {launch.Agent.Id} is expected";

    private static string? ValidateResources(Launch launch)
    {
        if (launch.Task.Resources.Count == 0)
        {
            return "Task uses no resources";
        }

        if (ResourceValidation.Validate(launch.Task.Resources) is { } invalid)
        {
            return $"Task uses invalid resources: {invalid}";
        }

        return Within("Task uses duplicate persistence ID: ", ResourceValidation.ValidateUniquePersistenceIds(launch.Resources))
            ?? Within("Invalid task resources: ", ResourceValidation.ValidateOneRole(launch.Task.Resources))
            ?? Within("Task mixes revocable and non-revocable resources: ", ResourceValidation.ValidateOneRevocability(launch.Resources));
    }

    private static string? ValidateLimits(Launch launch)
    {
        if (launch.Task.Limits.Count == 0)
        {
            return null;
        }

        if (!launch.Agent.Capabilities.TaskResourceLimits)
        {
            return "Agent is not capable of handling task resource limits";
        }

        if (launch.Task.Limits.Keys.Any(name => name is not ("cpus" or "mem")))
        {
            return "Only cpus and mem may be included in a task's resource limits";
        }

        return ValidateLimit(launch, "cpus", "CPU", "The cpu limit must be greater than or equal to the cpu request")
            ?? ValidateLimit(launch, "mem", "memory", "The memory limit must be greater than or equal to the memory request");
    }

    private static string? ValidateLimit(Launch launch, string name, string noun, string tooLow)
    {
        if (!launch.Task.Limits.TryGetValue(name, out Value.Types.Scalar? limit))
        {
            return null;
        }

        return launch.Resources.Scalar(name) is not { } requested
            ? $"When a {noun} limit is specified, a {noun} request must also be specified"
            : limit.Value >= requested ? null : tooLow;
    }

    private static string? ValidateExecutor(Launch launch)
    {
        TaskInfo task = launch.Task;
        if ((task.Executor is null) == (task.Command is null))
        {
            return "Task should have at least one (but not both) of CommandInfo or ExecutorInfo present";
        }

        if (task.Executor is not { } executor)
        {
            return null;
        }

        return ExecutorValidation.Validate(executor, launch.Framework, launch.Agent)
            ?? (executor.HasType && executor.Type != ExecutorInfo.Types.Type.Custom ? "'ExecutorInfo.type' must be 'CUSTOM'" : null)
            ?? (executor.Command is null ? "'ExecutorInfo.command' must be set" : null)
            ?? (launch.ExecutorResources.Shared().IsEmpty
                ? null
                : $"Executor resources {launch.ExecutorResources} should not contain any shared resources")
            ?? (executor.Container?.LinuxInfo is { HasShareCgroups: true, ShareCgroups: true }
                ? "The 'share_cgroups' field cannot be set to 'true' on executor containers"
                : null);
    }

    private static string? ValidateTotal(Launch launch)
    {
        Resources both = launch.Resources + launch.ExecutorResources;
        string? problem = Within("Task and its executor use invalid resources: ", ResourceValidation.Validate(both))
            ?? (Overlap(launch)
                ? $"There are overlapping resources in the task resources {launch.Resources} and executor resources {launch.ExecutorResources}"
                : null)
            ?? Within("Task and its executor use duplicate persistence ID: ", ResourceValidation.ValidateUniquePersistenceIds(both))
            ?? Within("Task and its executor mix revocable and non-revocable resources: ", ResourceValidation.ValidateOneRevocability(both));
        if (problem is not null)
        {
            return problem;
        }

        // An executor that runs already has its resources.
        bool executorRuns = launch.Task.Executor is { } executor
            && launch.Agent.Executor(launch.Framework.Id, executor.ExecutorId.Value) is not null;
        Resources total = executorRuns ? launch.Resources : both;
        return launch.Available.Contains(total)
            ? null
            : $"Total resources {total} required by task and its executor is more than available {launch.Available}";
    }

    private static bool Overlap(Launch launch) => ResourceValidation.Overlap([launch.Resources, launch.ExecutorResources]);

    private static string? Within(string prefix, string? problem) => problem is null ? null : prefix + problem;

    private sealed class Launch(TaskInfo task, Framework framework, Agent agent, Resources available)
    {
        public TaskInfo Task => task;

        public Framework Framework => framework;

        public Agent Agent => agent;

        public Resources Available => available;

        public Resources Resources => field ??= Resources.From(task.Resources);

        public Resources ExecutorResources => field ??= task.Executor is null ? Resources.Empty : Resources.From(task.Executor.Resources);
    }
}
