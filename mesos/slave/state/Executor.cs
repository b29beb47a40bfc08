using LibProcess.Addressing;
using Mesos.Common.Collections;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Slave.Containerizer;
using Mesos.Slave.Recovery;

namespace Mesos.Slave.State;

/// <summary>An executor with its tasks, from the creation of its container to the last acknowledgement.</summary>
/// <remarks>Upstream: <c>Executor</c> in src/slave/slave.hpp. Touched by the agent's process only.</remarks>
internal sealed class Executor(ExecutorInfo info, string frameworkId, ContainerID containerId, string directory)
{
    /// <summary>How many ended tasks are remembered.</summary>
    public const int MaxCompletedTasks = 200;

    // Updates on their way to the update manager, per task, in order of arrival.
    private readonly Dictionary<string, LinkedDictionary<Guid, TaskState>> updatesUnderWay = new(StringComparer.Ordinal);

    private readonly FrameworkID frameworkIdMessage = new() { Value = frameworkId };

    public string Id => Info.ExecutorId.Value;

    public ExecutorInfo Info { get; } = info;

    public string FrameworkId { get; } = frameworkId;

    public ContainerID ContainerId { get; } = containerId;

    /// <summary>The sandbox.</summary>
    public string Directory { get; } = directory;

    /// <summary>The user the container runs as; null for the agent's own.</summary>
    public string? User { get; init; }

    /// <summary>Whether the agent made this executor up for a task with a command.</summary>
    public bool IsForCommandTask { get; init; }

    /// <summary>Whether it and its tasks outlast the agent.</summary>
    public bool IsCheckpointed { get; init; }

    /// <summary>Its first process as an earlier run of the agent wrote it down; null otherwise.</summary>
    public ForkedProcess? Forked { get; init; }

    /// <summary>Whether an earlier agent knew it by the v1 API: nobody can ask it to come back, and here it finds nobody to come back to.</summary>
    public bool SpeaksHttp { get; init; }

    public ExecutorPhase Phase { get; set; } = ExecutorPhase.Registering;

    /// <summary>Where it is reached; null until it has registered.</summary>
    public UPid? Pid { get; set; }

    /// <summary>Why the agent ended the container, where the container itself will not tell.</summary>
    public ContainerTermination? PendingTermination { get; set; }

    /// <summary>
    /// Completes when every task that was queued so far is written down; null before the executor itself is, with which its tasks go.
    /// </summary>
    public Task? TasksKept { get; set; }

    /// <summary>Whether queued tasks are on their way to it already.</summary>
    public bool IsBeingServed { get; set; }

    /// <summary>What it has sent and nobody has acknowledged.</summary>
    public UpdateBacklog Backlog { get; } = new();

    /// <summary>Tasks that wait for the executor, in order.</summary>
    public LinkedDictionary<string, TaskInfo> QueuedTasks { get; } = new(StringComparer.Ordinal);

    /// <summary>Tasks the executor was given.</summary>
    public LinkedDictionary<string, Proto.Task> LaunchedTasks { get; } = new(StringComparer.Ordinal);

    /// <summary>Tasks that have ended but whose last update is not acknowledged.</summary>
    public LinkedDictionary<string, Proto.Task> TerminatedTasks { get; } = new(StringComparer.Ordinal);

    /// <summary>Tasks that are over and done with.</summary>
    public BoundedHistory<Proto.Task> CompletedTasks { get; } = new(MaxCompletedTasks);

    /// <summary>Whether tasks remain that wait, run or have unacknowledged updates.</summary>
    public bool HasIncompleteTasks => QueuedTasks.Count + LaunchedTasks.Count + TerminatedTasks.Count > 0;

    /// <summary>Whether any task ever reached the executor.</summary>
    public bool EverSentTask =>
        LaunchedTasks.Count > 0 ||
        TerminatedTasks.Values.Concat(CompletedTasks).Any(static task =>
            task.Statuses.Any(static status => status.HasSource && status.Source == StatusSource.Executor));

    public bool HasTask(string taskId) =>
        QueuedTasks.ContainsKey(taskId) || LaunchedTasks.ContainsKey(taskId) || TerminatedTasks.ContainsKey(taskId);

    /// <summary>The record of a task the executor was given, running or ended.</summary>
    public Proto.Task? FindTask(string taskId) =>
        LaunchedTasks.TryGetValue(taskId, out Proto.Task? task) || TerminatedTasks.TryGetValue(taskId, out task) ? task : null;

    /// <summary>What is remembered of a task from the beginning on.</summary>
    public Proto.Task RecordOf(TaskInfo task) => Tasks.Create(task, TaskState.TaskStaging, frameworkIdMessage);

    /// <summary>Moves a queued task to the launched ones.</summary>
    public Proto.Task Launch(TaskInfo task)
    {
        QueuedTasks.Remove(task.TaskId.Value);
        Proto.Task record = RecordOf(task);
        LaunchedTasks[task.TaskId.Value] = record;
        return record;
    }

    public void UpdateArrived(TaskStatus status, Guid uuid)
    {
        if (!updatesUnderWay.TryGetValue(status.TaskId.Value, out LinkedDictionary<Guid, TaskState>? updates))
        {
            updatesUnderWay[status.TaskId.Value] = updates = new();
        }

        updates[uuid] = status.State;
    }

    public void UpdateHandled(string taskId, Guid uuid)
    {
        if (updatesUnderWay.TryGetValue(taskId, out LinkedDictionary<Guid, TaskState>? updates) && updates.Remove(uuid) && updates.Count == 0)
        {
            updatesUnderWay.Remove(taskId);
        }
    }

    /// <summary>Whether an update is one that a task which has ended has had before.</summary>
    public bool HasApplied(TaskStatus status) =>
        TerminatedTasks.TryGetValue(status.TaskId.Value, out Proto.Task? ended) && ended.Statuses.Any(known => known.Uuid == status.Uuid);

    /// <summary>Takes over what a status says of its task.</summary>
    /// <returns>What is wrong with the status, or null.</returns>
    public string? Apply(TaskStatus status, Guid uuid)
    {
        string id = status.TaskId.Value;
        bool terminal = status.State.IsTerminal();
        Proto.Task? task;
        if (QueuedTasks.TryGetValue(id, out TaskInfo? queued))
        {
            if (!terminal)
            {
                return "the task is still queued and can only end";
            }

            QueuedTasks.Remove(id);
            task = Tasks.Create(queued, status.State, frameworkIdMessage);
        }
        else if (LaunchedTasks.TryGetValue(id, out task))
        {
            if (terminal)
            {
                if (FirstTerminalUnderWay(id) is { } first && first.Key != uuid)
                {
                    return $"it follows the terminal state {first.Value.WireName()}";
                }

                LaunchedTasks.Remove(id);
            }
        }
        else if (TerminatedTasks.TryGetValue(id, out Proto.Task? terminated))
        {
            return $"the task has ended in state {terminated.State.WireName()}";
        }
        else
        {
            return "the task is unknown";
        }

        if (task.Statuses.Count > 0 && task.Statuses[^1].State == status.State)
        {
            task.Statuses.RemoveAt(task.Statuses.Count - 1);
        }

        task.Statuses.Add(status.Clone());
        task.State = status.State;
        if (terminal)
        {
            TerminatedTasks[id] = task;
        }

        return null;
    }

    /// <summary>Takes over a task that an earlier run of the agent had for the executor.</summary>
    /// <returns>The task that is not remembered any more, or null.</returns>
    public Proto.Task? Recover(RecoveredTask recovered)
    {
        string id = recovered.Task.TaskId.Value;
        LaunchedTasks[id] = recovered.Task;
        foreach (StatusUpdate update in recovered.Updates)
        {
            _ = UuidBytes.TryParse(update.Uuid, out Guid uuid);
            if (Apply(update.Status, uuid) is null && update.Status.State.IsTerminal())
            {
                return recovered.Acknowledged.Contains(uuid) ? Complete(id) : null;
            }
        }

        return null;
    }

    /// <summary>A run that is over has no tasks that go on, whatever is missing in its updates.</summary>
    public void FileAwayTasks()
    {
        foreach ((string id, Proto.Task task) in LaunchedTasks.Concat(TerminatedTasks).ToArray())
        {
            LaunchedTasks.Remove(id);
            TerminatedTasks.Remove(id);
            CompletedTasks.Add(task);
        }
    }

    /// <summary>Files a task away whose updates are all acknowledged.</summary>
    /// <returns>The task that is not remembered any more, or null.</returns>
    public Proto.Task? Complete(string taskId) =>
        TerminatedTasks.Remove(taskId, out Proto.Task? task) ? CompletedTasks.Add(task) : null;

    /// <summary>Whether it has, or is remembered to have had, a task of that id.</summary>
    public bool Remembers(string taskId) => HasTask(taskId) || CompletedTasks.Any(task => task.TaskId.Value == taskId);

    private KeyValuePair<Guid, TaskState>? FirstTerminalUnderWay(string taskId)
    {
        if (updatesUnderWay.TryGetValue(taskId, out LinkedDictionary<Guid, TaskState>? updates))
        {
            foreach (KeyValuePair<Guid, TaskState> update in updates)
            {
                if (update.Value.IsTerminal())
                {
                    return update;
                }
            }
        }

        return null;
    }

    /// <summary>The executor with its framework, for logs.</summary>
    public override string ToString() => $"'{Id}' of framework {FrameworkId}";
}
