using Mesos.Proto;

namespace Mesos.Master.State;

/// <summary>How many tasks of registered agents are in each state, counted as they come, change and go.</summary>
internal sealed class TaskCounts
{
    private readonly Dictionary<TaskState, int> counts = [];

    public int this[TaskState state] => counts.GetValueOrDefault(state);

    public void Add(TaskState state) => counts[state] = this[state] + 1;

    public void Remove(TaskState state) => counts[state] = this[state] - 1;
}
