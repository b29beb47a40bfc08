using Mesos.Slave.Checkpoint;
using Mesos.Slave.Paths;
using Mesos.Slave.State;

namespace Mesos.Slave.Gc;

/// <summary>Which directories are not needed any more, and which are again.</summary>
/// <remarks>Upstream: the calls of <c>garbageCollect</c> in src/slave/slave.cpp.</remarks>
internal sealed class Leftovers(ISlaveActor actor, SlaveState state, AgentCheckpoints checkpoints, GarbageCollectorProcess collector)
{
    // Records of tasks that nobody remembers, and that are deleted at this moment or by the next task of their id.
    private readonly HashSet<string> going = new(StringComparer.Ordinal);

    private string SlaveId => state.Info.Id.Value;

    /// <summary>A run is over.</summary>
    /// <param name="executor">Its executor.</param>
    /// <param name="earlier">Whether it was over when the agent started, so that its time has begun long ago.</param>
    public void RunEnded(Executor executor, bool earlier = false)
    {
        foreach (string root in RootsOf(executor.IsCheckpointed))
        {
            Schedule(Path.Combine(SlavePaths.Runs(root, SlaveId, executor.FrameworkId, executor.Id), executor.ContainerId.Value), earlier);
            Schedule(SlavePaths.Executor(root, SlaveId, executor.FrameworkId, executor.Id), earlier);
        }
    }

    /// <summary>A task is over and done with, though its executor may live for long.</summary>
    /// <param name="executor">Its executor.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="earlier">Whether that was so when the agent started.</param>
    public void TaskEnded(Executor executor, string taskId, bool earlier = false)
    {
        if (executor.IsCheckpointed)
        {
            Schedule(RecordOf(executor, taskId), earlier);
        }
    }

    /// <summary>An ended task is one too many to be remembered: so is its record. Nothing happens where the id is in use again.</summary>
    /// <param name="executor">Its executor.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="isWanted">Whether a task of that id is about to be launched, which removes the record itself.</param>
    public void TaskForgotten(Executor executor, string taskId, bool isWanted)
    {
        string path = RecordOf(executor, taskId);
        if (executor.IsCheckpointed && !executor.Remembers(taskId) && going.Add(path) && !isWanted)
        {
            actor.RunDurably(async () =>
            {
                await collector.DeleteAsync(path);
                going.Remove(path);
            });
        }
    }

    /// <summary>Whether a new task of that id would come upon the record of an earlier one.</summary>
    public bool HasRecord(Executor executor, string taskId) =>
        executor.IsCheckpointed && (executor.Remembers(taskId) || going.Contains(RecordOf(executor, taskId)));

    /// <summary>Completes when nothing is left of an earlier task of that id.</summary>
    /// <exception cref="IOException">Something is left, which must not be built upon.</exception>
    public async Task RemoveRecordAsync(Executor executor, string taskId)
    {
        string path = RecordOf(executor, taskId);
        if (!await collector.DeleteAsync(path))
        {
            throw new IOException($"Cannot remove '{path}', which an earlier task of that id left");
        }

        going.Remove(path);
    }

    /// <summary>A run of before that is not the newest of its executor.</summary>
    public void OlderRun(string frameworkId, string executorId, string containerId)
    {
        foreach (string root in Roots)
        {
            Schedule(Path.Combine(SlavePaths.Runs(root, SlaveId, frameworkId, executorId), containerId), earlier: true);
        }
    }

    /// <summary>An executor of before of which nothing can be brought back.</summary>
    public void ExecutorLost(string frameworkId, string executorId)
    {
        foreach (string root in Roots)
        {
            Schedule(SlavePaths.Executor(root, SlaveId, frameworkId, executorId), earlier: true);
        }
    }

    /// <summary>A framework has nothing here any more.</summary>
    /// <param name="frameworkId">The framework.</param>
    /// <param name="isCheckpointed">Whether it asked for checkpoints.</param>
    /// <param name="earlier">Whether that was so when the agent started.</param>
    public void FrameworkEnded(string frameworkId, bool isCheckpointed, bool earlier = false)
    {
        foreach (string root in RootsOf(isCheckpointed))
        {
            Schedule(SlavePaths.Framework(root, SlaveId, frameworkId), earlier);
        }
    }

    /// <summary>An executor starts: its directories stay, though earlier runs may have doomed them.</summary>
    /// <returns>Completes when nothing below them will be deleted any more, so that new things may be put there.</returns>
    public Task NeededAsync(string frameworkId, string executorId) => collector.UnscheduleAsync(
    [
        .. Roots.Select(root => SlavePaths.Framework(root, SlaveId, frameworkId)),
        .. Roots.Select(root => SlavePaths.Executor(root, SlaveId, frameworkId, executorId)),
    ]);

    /// <summary>An agent that worked here under another id.</summary>
    public void SlaveGone(string slaveId)
    {
        foreach (string root in Roots)
        {
            Schedule(SlavePaths.Slave(root, slaveId), earlier: true);
        }
    }

    /// <summary>The agent has been started: what it was deleting when it ended is deleted now.</summary>
    public void Sweep()
    {
        foreach (string root in Roots)
        {
            collector.Sweep(root);
        }
    }

    private string RecordOf(Executor executor, string taskId) => SlavePaths.Task(checkpoints.RunOf(executor), taskId);

    private IEnumerable<string> Roots => [checkpoints.WorkDirectory, checkpoints.Meta];

    // Where no checkpoints were asked for there are sandboxes alone.
    private IEnumerable<string> RootsOf(bool isCheckpointed) => isCheckpointed ? Roots : [checkpoints.WorkDirectory];

    private void Schedule(string path, bool earlier)
    {
        if (earlier)
        {
            collector.ScheduleLeft(path);
        }
        else
        {
            collector.Schedule(path);
        }
    }
}
