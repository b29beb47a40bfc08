using System.Globalization;
using System.Text;
using Google.Protobuf;
using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Slave.Containerizer;
using Mesos.Slave.Paths;
using Mesos.Slave.State;
using Mesos.Slave.Storage;

namespace Mesos.Slave.Checkpoint;

/// <summary>What of the agent's state outlasts it, and where it lies: the layout and the framing of the original.</summary>
/// <remarks>
/// Upstream: <c>checkpointFramework</c>, <c>checkpointExecutor</c> and <c>checkpointTask</c> in src/slave/slave.cpp, and
/// src/slave/state.hpp. Only what belongs to frameworks that ask for checkpoints is kept. Every method returns at once; the task
/// completes when the change is durable.
/// </remarks>
internal sealed class AgentCheckpoints(ICheckpointStore store, string workDirectory, SlaveState state)
{
    /// <summary>The work directory, absolute: links hold whole paths.</summary>
    public string WorkDirectory { get; } = Path.GetFullPath(workDirectory);

    /// <summary>The directory of checkpoints.</summary>
    public string Meta { get; } = SlavePaths.Meta(Path.GetFullPath(workDirectory));

    /// <summary>Reservations, volumes and operations.</summary>
    public ResourceCheckpoints Resources { get; } = new(store, Path.GetFullPath(workDirectory), state);

    /// <summary>Why nothing new can be kept at the moment, or null.</summary>
    public string? Trouble => store.Trouble;

    /// <summary>Completes when it is durable who the agent is, and which start of the machine this is: nothing is started before.</summary>
    public Task Identity { get; private set; } = Task.CompletedTask;

    private string SlaveId => state.Info.Id.Value;

    /// <summary>The agent has an id: from now on it is known by it.</summary>
    public Task SlaveAsync(SlaveInfo info) => IdentityAsync(
        Replace(SlavePaths.SlaveInfo(Meta, info.Id.Value), info),
        new Change.PointLink(SlavePaths.LatestSlave(Meta), SlavePaths.Slave(Meta, info.Id.Value)));

    /// <summary>The agent starts anew next time.</summary>
    public Task ForgetSlaveAsync() => store.CommitAsync(new Change.Remove(SlavePaths.LatestSlave(Meta)));

    /// <summary>The machine was started.</summary>
    public Task BootIdAsync(string bootId) => IdentityAsync(Text(SlavePaths.BootId(Meta), bootId));

    /// <summary>The agent drains, or does not any more.</summary>
    public Task DrainAsync(DrainConfig? config)
    {
        string path = SlavePaths.DrainConfig(Meta, SlaveId);
        return store.CommitWhenThereIsSpaceAsync(config is null ? new Change.Remove(path) : Replace(path, config));
    }

    /// <summary>A framework that was written down with its first executor has changed.</summary>
    public Task FrameworkAsync(Framework framework) => framework.Info.Checkpoint
        ? store.CommitWhenThereIsSpaceAsync([.. FrameworkChanges(framework).Select(static change => change with { InDirectory = true })])
        : Task.CompletedTask;

    /// <summary>An executor with its framework, its sandbox and the tasks that wait for it, before anything of it runs.</summary>
    public Task ExecutorAsync(Framework framework, Executor executor)
    {
        List<Change> changes = [];
        if (framework.Info.Checkpoint)
        {
            string directory = SlavePaths.Executor(Meta, SlaveId, framework.Id, executor.Id);
            changes.AddRange(FrameworkChanges(framework));
            changes.Add(Replace(SlavePaths.ExecutorInfo(directory), executor.Info));
            changes.Add(Text(SlavePaths.GeneratedForCommandTask(directory), executor.IsForCommandTask ? "1" : "0"));
            changes.AddRange(NewRun(RunOf(executor)));
            changes.AddRange(executor.QueuedTasks.Values.Select(task => TaskChange(executor, task)));
        }

        changes.AddRange(NewRun(executor.Directory));
        return store.CommitAsync(changes);
    }

    /// <summary>The executor's process waits to be let go.</summary>
    public Task ForkedAsync(Executor executor, ForkedProcess process)
    {
        string run = RunOf(executor);
        Change pid = Text(SlavePaths.ForkedPid(run), process.Pid.ToString(CultureInfo.InvariantCulture));
        return process.StartTicks is { } start
            ? store.CommitAsync(Text(SlavePaths.ForkedStart(run), start.ToString(CultureInfo.InvariantCulture)), pid)
            : store.CommitAsync(pid);
    }

    /// <summary>The executor has said where it is reached.</summary>
    public Task LibprocessPidAsync(Framework framework, Executor executor) => framework.Info.Checkpoint
        ? store.CommitWhenThereIsSpaceAsync(Text(SlavePaths.LibprocessPid(RunOf(executor)), executor.Pid!.ToString()) with { InDirectory = true })
        : Task.CompletedTask;

    /// <summary>A task that waits for an executor which is written down.</summary>
    public Task TaskAsync(Executor executor, TaskInfo task) =>
        executor.IsCheckpointed ? store.CommitAsync(TaskChange(executor, task)) : Task.CompletedTask;

    /// <summary>The run is over, and everybody knows.</summary>
    public Task CompletedAsync(Executor executor) =>
        store.CommitWhenThereIsSpaceAsync(new Change.Replace(Path.Combine(RunOf(executor), SlavePaths.Sentinel), [], InDirectory: true));

    /// <summary>The record of a task that waits for its executor.</summary>
    public Change TaskChange(Executor executor, TaskInfo task) =>
        Replace(SlavePaths.TaskInfo(RunOf(executor), task.TaskId.Value), executor.RecordOf(task));

    /// <summary>The directory of a run's checkpoints.</summary>
    public string RunOf(Executor executor) =>
        Path.Combine(SlavePaths.Runs(Meta, SlaveId, executor.FrameworkId, executor.Id), executor.ContainerId.Value);

    /// <summary>The sandbox of a run.</summary>
    public string SandboxOf(string frameworkId, string executorId, string containerId) =>
        Path.Combine(SlavePaths.Runs(WorkDirectory, SlaveId, frameworkId, executorId), containerId);

    /// <summary>A file that holds one message. Resources are in the older format as far as it can express them, for older agents.</summary>
    public static Change.Replace Replace<T>(string path, T message)
        where T : IMessage<T> => new Change.Replace(path, RecordFrames.Frame(Downgraded(message)));

    /// <summary>A copy with resources in the older format, as far as that can express them.</summary>
    public static T Downgraded<T>(T message)
        where T : IMessage<T>
    {
        T copy = message.Clone();
        ResourceFormat.TryDowngradeAll(copy);
        return copy;
    }

    private IEnumerable<Change.Replace> FrameworkChanges(Framework framework) =>
    [
        Replace(SlavePaths.FrameworkInfo(Meta, SlaveId, framework.Id), framework.Info),
        Text(SlavePaths.FrameworkPid(Meta, SlaveId, framework.Id), (framework.Pid ?? UPid.Empty).ToString()),
    ];

    private Task IdentityAsync(params IReadOnlyList<Change> changes)
    {
        Task kept = store.CommitWhenThereIsSpaceAsync(changes);
        Identity = BothAsync(Identity, kept);
        return kept;
    }

    // Each in a turn of the agent: Task.WhenAll would complete on another thread, at a time that nobody can wait for.
    private static async Task BothAsync(Task before, Task kept)
    {
        await before;
        await kept;
    }

    private static IEnumerable<Change> NewRun(string run) =>
    [
        new Change.MakeDirectory(run, Change.Closed),
        new Change.PointLink(Path.Combine(Path.GetDirectoryName(run)!, SlavePaths.Latest), run),
    ];

    private static Change.Replace Text(string path, string text) => new Change.Replace(path, Encoding.UTF8.GetBytes(text));
}
