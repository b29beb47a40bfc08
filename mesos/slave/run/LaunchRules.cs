using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Slave.State;
using Mesos.Slave.Storage;

namespace Mesos.Slave.Run;

/// <summary>Why a task is not launched, and how the framework is told.</summary>
/// <param name="Reason">The reason in the update.</param>
/// <param name="Message">The message in the update.</param>
internal sealed record LaunchRefusal(Reason Reason, string Message);

/// <summary>The conditions under which a task may run on this agent; each says what is wrong, or null.</summary>
/// <remarks>Upstream: <c>Slave::run</c> and <c>__run</c> in src/slave/slave.cpp.</remarks>
internal static class LaunchRules
{
    /// <summary>Ids are names of directories.</summary>
    public static LaunchRefusal? Ids(TaskInfo task) =>
        (CheckpointNames.Refuse(task.TaskId.Value) ?? (task.Executor is { } executor ? CheckpointNames.Refuse(executor.ExecutorId.Value) : null)) is { } defect
            ? new LaunchRefusal(Reason.ExecutorTerminated, defect)
            : null;

    /// <summary>Nothing is started that cannot be remembered.</summary>
    public static LaunchRefusal? Storage(string? trouble) =>
        trouble is null ? null : new LaunchRefusal(Reason.ExecutorTerminated, $"The agent cannot write to its work directory: {trouble}");

    /// <summary>Whether the task says in one way what to run.</summary>
    public static string? CommandOrExecutor(TaskInfo task)
    {
        if (task.Command is null == task.Executor is null)
        {
            return "Task should have either CommandInfo or ExecutorInfo set but not both";
        }

        return task.Executor is { Command: null } executor && executor.Type != ExecutorInfo.Types.Type.Default
            ? "ExecutorInfo of the task has no command"
            : null;
    }

    /// <summary>Limits need isolators that this agent does not have.</summary>
    public static string? Limits(TaskInfo task)
    {
        if (task.Limits.ContainsKey("cpus"))
        {
            return "CPU limits can only be set on tasks launched in Mesos containers when the agent has loaded the 'cgroups/cpu' isolator";
        }

        return task.Limits.ContainsKey("mem")
            ? "Memory limits can only be set on tasks launched in Mesos containers when the agent has loaded the 'cgroups/mem' isolator"
            : null;
    }

    /// <summary>An agent that drains takes nothing new.</summary>
    public static LaunchRefusal? Draining(DrainConfig? drain) =>
        drain is null ? null : new LaunchRefusal(Reason.SlaveDraining, "Task was received while agent was already draining");

    /// <summary>The master must have seen the newest resources of those the task uses.</summary>
    public static LaunchRefusal? ResourceVersion(TaskInfo task, IReadOnlyList<ResourceVersionUUID> versions, UUID current)
    {
        if (versions.Count == 0)
        {
            return null;
        }

        bool outdated = task.Resources.Any(resource => resource.ProviderId is not null ||
            !versions.Any(version => version.ResourceProviderId is null && version.Uuid.Equals(current)));
        return outdated ? new LaunchRefusal(Reason.InvalidOffers, "Task assumes outdated resource state") : null;
    }

    /// <summary>Reservations made at run time and volumes must be there: what makes them may have been lost on its way.</summary>
    /// <param name="task">The task.</param>
    /// <param name="executor">Its executor.</param>
    /// <param name="total">What the agent has, allocated to nobody.</param>
    public static LaunchRefusal? CheckpointedResources(TaskInfo task, ExecutorInfo executor, Common.Resources total)
    {
        if (!AreKnown(task.Resources, total))
        {
            return new LaunchRefusal(
                Reason.ResourcesUnknown,
                "The checkpointed resources being used by the task or task group are unknown to the agent");
        }

        return AreKnown(executor.Resources, total)
            ? null
            : new LaunchRefusal(Reason.ResourcesUnknown, "The checkpointed resources being used by the executor are unknown to the agent");
    }

    private static bool AreKnown(IEnumerable<Resource> used, Common.Resources total) => Common.Resources
        .From(used.Where(ResourceQueries.NeedsCheckpointing))
        .Unallocate()
        .All(total.Contains);

    /// <summary>What the master thinks of the executor must be so.</summary>
    /// <param name="isCommandTask">Whether the executor belongs to this task alone.</param>
    /// <param name="launchExecutor">Whether the master expects a new executor; null for masters that do not say.</param>
    /// <param name="existing">The executor of that id, or null.</param>
    public static LaunchRefusal? Executor(bool isCommandTask, bool? launchExecutor, Executor? existing) => (isCommandTask, launchExecutor, existing) switch
    {
        (_, null, _) => null,
        (true, _, not null) => new LaunchRefusal(Reason.TaskInvalid, "Cannot reuse an already existing executor for a command task"),
        (false, true, not null) => new LaunchRefusal(Reason.ExecutorTerminated, "Master wants to launch executor, but one already exists"),
        (false, false, null) => new LaunchRefusal(Reason.ExecutorTerminated, "No executor is expected to launch and there is none running"),
        _ => null,
    };

    /// <summary>The process of a scheduler; null for one that speaks HTTP.</summary>
    public static UPid? SchedulerPid(bool given, string text) =>
        given && UPid.TryParse(text, out UPid pid) && !pid.IsEmpty ? pid : null;
}
