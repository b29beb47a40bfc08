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
    public void RunEnded(Executor executor)
    {
        Run(executor.FrameworkId, executor.Id, executor.ContainerId.Value);
        foreach (string root in Roots)
        {
            collector.Schedule(SlavePaths.Executor(root, SlaveId, executor.FrameworkId, executor.Id));
        }
    }

    /// <summary>A run that is not the newest of its executor.</summary>
    public void Run(string frameworkId, string executorId, string containerId)
    {
        foreach (string root in Roots)
        {
            collector.Schedule(Path.Combine(SlavePaths.Runs(root, SlaveId, frameworkId, executorId), containerId));
        }
    }

    /// <summary>An executor of which nothing can be brought back.</summary>
    public void ExecutorLost(string frameworkId, string executorId)
    {
        foreach (string root in Roots)
        {
            collector.Schedule(SlavePaths.Executor(root, SlaveId, frameworkId, executorId));
        }
    }

    /// <summary>A framework has nothing here any more.</summary>
    public void FrameworkEnded(string frameworkId)
    {
        foreach (string root in Roots)
        {
            collector.Schedule(SlavePaths.Framework(root, SlaveId, frameworkId));
        }
    }

    /// <summary>An executor starts: its directories stay, though earlier runs may have doomed them.</summary>
    public void Needed(string frameworkId, string executorId)
    {
        foreach (string root in Roots)
        {
            collector.Unschedule(SlavePaths.Framework(root, SlaveId, frameworkId));
            collector.Unschedule(SlavePaths.Executor(root, SlaveId, frameworkId, executorId));
        }
    }

    /// <summary>An agent that worked here under another id.</summary>
    public void SlaveGone(string slaveId)
    {
        foreach (string root in Roots)
        {
            collector.Schedule(SlavePaths.Slave(root, slaveId));
        }
    }

    private IEnumerable<string> Roots => [checkpoints.WorkDirectory, checkpoints.Meta];
}
