using Mesos.Common;
using Mesos.Proto;

namespace Mesos.Master.State;

/// <summary>A task as the master sees it, between launch and the acknowledgement of its end.</summary>
/// <remarks>Upstream: message <c>Task</c>. Its state changes only through <see cref="Tasks.TaskTransitions"/>.</remarks>
internal sealed class MasterTask
{
    public MasterTask(Proto.Task info)
    {
        Info = info;
        Resources = Resources.From(info.Resources);
    }

    /// <summary>The task in the form that is shown and exchanged with agents.</summary>
    public Proto.Task Info { get; }

    public Resources Resources { get; }

    public string Id => Info.TaskId.Value;

    public string FrameworkId => Info.FrameworkId.Value;

    public string AgentId => Info.SlaveId.Value;

    public ExecutorID? ExecutorId => Info.ExecutorId;

    public TaskState State => Info.State;

    /// <summary>The state the framework has been told last, else the latest one.</summary>
    public TaskState ReportedState => Info.HasStatusUpdateState ? Info.StatusUpdateState : Info.State;

    /// <summary>The last status that says something about the health of the task.</summary>
    public bool? Healthy => Common.Protobuf.Tasks.Health(Info);

    /// <summary>What is known of the check of the task.</summary>
    public CheckStatusInfo? CheckStatus => Info.Statuses.LastOrDefault()?.CheckStatus;

    /// <summary>What is known of the container: the last status need not repeat it.</summary>
    public ContainerStatus? ContainerStatus => Common.Protobuf.Tasks.Container(Info);

    /// <summary>A task as it is when its launch has been sent.</summary>
    public static MasterTask Launched(TaskInfo task, FrameworkID frameworkId) =>
        new(Common.Protobuf.Tasks.Create(task, TaskState.TaskStaging, frameworkId));
}
