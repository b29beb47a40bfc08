using Mesos.Slave.Checkpoint;
using Mesos.Slave.Paths;
using Mesos.Slave.State;

namespace Mesos.Slave.Gc;

/// <summary>Which directories are not needed any more, and which are again.</summary>
/// <remarks>Upstream: the calls of <c>garbageCollect</c> in src/slave/slave.cpp.</remarks>
internal sealed class Leftovers(SlaveState state, AgentCheckpoints checkpoints, GarbageCollectorProcess collector)
{
    private string SlaveId => state.Info.Id.Value;

    /// <summary>A run is over.</summary>
    /// <param name="executor">Its executor.</param>
    /// <param name="earlier">Whether it was over when the agent started, so that its time has begun long ago.</param>
    public void RunEnded(Executor executor, bool earlier = false)
    {
        foreach (string root in Roots)
        {
            Schedule(Path.Combine(SlavePaths.Runs(root, SlaveId, executor.FrameworkId, executor.Id), executor.ContainerId.Value), earlier);
            Schedule(SlavePaths.Executor(root, SlaveId, executor.FrameworkId, executor.Id), earlier);
        }
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
    /// <param name="earlier">Whether that was so when the agent started.</param>
    public void FrameworkEnded(string frameworkId, bool earlier = false)
    {
        foreach (string root in Roots)
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

    private IEnumerable<string> Roots => [checkpoints.WorkDirectory, checkpoints.Meta];

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
