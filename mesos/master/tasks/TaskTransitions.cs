using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.Allocator;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Tasks;

/// <summary>Every change of the state of tasks and executors: here resources become free and tasks are counted.</summary>
/// <remarks>Upstream: <c>Master::updateTask</c>, <c>removeTask</c>, <c>removeExecutor</c> in src/master/master.cpp.</remarks>
internal sealed class TaskTransitions(IMasterContext context, MasterState state, IAllocator allocator)
{
    /// <summary>Takes an update over into the state of a task. A task that has ended stays as it ended.</summary>
    public void Update(MasterTask task, StatusUpdate update)
    {
        TaskStatus status = update.Status;
        TaskState updated = update.HasLatestState ? update.LatestState : status.State;
        bool ends = !task.State.HoldsNothing() && updated.HoldsNothing();
        Agent? agent = state.Agents.Find(task.AgentId);
        if (!task.State.IsTerminal())
        {
            state.Frameworks.Find(task.FrameworkId)?.Metrics?.TaskChanged(task.State, updated);
        }

        if (task.State.IsTerminal())
        {
            // It stays as it ended.
        }
        else if (agent?.Task(task.FrameworkId, task.Id) == task)
        {
            agent.ChangeState(task, updated);
        }
        else
        {
            task.Info.State = updated;
        }

        Remember(task, status);
        context.Logger.TaskUpdated(task.Id, task.FrameworkId, task.State, status.State);
        if (!ends)
        {
            return;
        }

        allocator.RecoverResources(task.FrameworkId, task.AgentId, task.Resources, filters: null);
        agent?.RecoverResources(task);
        state.Frameworks.Find(task.FrameworkId)?.RecoverResources(task);
        context.Metrics.TaskEnded(status);
    }

    /// <summary>Forgets a task; one that still runs as far as the master knows gives its resources back.</summary>
    /// <param name="task">The task.</param>
    /// <param name="unreachable">Whether it may come back with its agent.</param>
    public void Remove(MasterTask task, bool unreachable = false)
    {
        if (!task.State.HoldsNothing())
        {
            context.Logger.LiveTaskRemoved(task.Id, task.FrameworkId, task.AgentId, task.State);
            allocator.RecoverResources(task.FrameworkId, task.AgentId, task.Resources, filters: null);
        }

        if (unreachable)
        {
            if (!state.Agents.UnreachableTasks.TryGetValue(task.AgentId, out List<(string Framework, string Task)>? tasks))
            {
                state.Agents.UnreachableTasks[task.AgentId] = tasks = [];
            }

            tasks.Add((task.FrameworkId, task.Id));
        }

        Framework? framework = state.Frameworks.Find(task.FrameworkId);
        if (!unreachable && !task.State.IsTerminal())
        {
            framework?.Metrics?.TaskChanged(task.State, to: null);
        }

        framework?.RemoveTask(task, unreachable);
        state.Agents.Find(task.AgentId)?.RemoveTask(task);
    }

    /// <summary>Forgets an executor and frees its resources.</summary>
    public void RemoveExecutor(Agent agent, string frameworkId, string executorId)
    {
        if (agent.RemoveExecutor(frameworkId, executorId) is { } executor)
        {
            context.Logger.ExecutorRemoved(executorId, frameworkId, agent.Id);
            allocator.RecoverResources(frameworkId, agent.Id, Resources.From(executor.Resources), filters: null);
            state.Frameworks.Find(frameworkId)?.RemoveExecutor(agent.Id, executorId);
        }
    }

    // Of several updates with the same state in a row the last is kept; data is for the framework only.
    private static void Remember(MasterTask task, TaskStatus status)
    {
        if (task.Info.Statuses.Count > 0 && task.Info.Statuses[^1].State == status.State)
        {
            task.Info.Statuses.RemoveAt(task.Info.Statuses.Count - 1);
        }

        TaskStatus kept = status.Clone();
        kept.ClearData();
        task.Info.Statuses.Add(kept);
    }
}
