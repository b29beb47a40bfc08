using Mesos.Common.Collections;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Exec;

/// <summary>Updates the agent has not confirmed, and tasks for which it has confirmed none, in the order in which they came.</summary>
/// <remarks>
/// An agent that was restarted learns from the tasks which ones reached the executor, so that it does not report them as lost.
/// Upstream: <c>updates</c> and <c>tasks</c> in src/exec/exec.cpp.
/// </remarks>
internal sealed class Unacknowledged
{
    private readonly LinkedDictionary<Guid, StatusUpdate> updates = new();
    private readonly LinkedDictionary<string, TaskInfo> tasks = new(StringComparer.Ordinal);

    public IEnumerable<StatusUpdate> Updates => updates.Values;

    /// <summary>Whether the agent has confirmed every update.</summary>
    public bool IsSettled => updates.Count == 0;

    public IEnumerable<TaskInfo> Tasks => tasks.Values;

    /// <returns>False where the task is there already.</returns>
    public bool TryAdd(TaskInfo task) => tasks.TryAdd(task.TaskId.Value, task);

    public void Add(Guid uuid, StatusUpdate update) => updates[uuid] = update;

    /// <returns>False where no such update waits.</returns>
    public bool Acknowledge(Guid uuid, TaskID task)
    {
        if (!updates.Remove(uuid))
        {
            return false;
        }

        tasks.Remove(task.Value);
        return true;
    }
}
