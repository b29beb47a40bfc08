using LibProcess.Addressing;
using Mesos.Common.Collections;
using Mesos.Common.Protobuf;

namespace Mesos.Slave.State;

/// <summary>A task that was accepted but not yet given to an executor.</summary>
internal sealed record PendingTask(ExecutorInfo Executor, TaskInfo Task)
{
    public string ExecutorId => Executor.ExecutorId.Value;
}

/// <summary>A framework with work on this agent.</summary>
/// <remarks>Upstream: <c>Framework</c> in src/slave/slave.hpp. Touched by the agent's process only.</remarks>
internal sealed class Framework(FrameworkInfo info, UPid? pid, BoundedHistory<Executor> completedExecutors)
{
    public string Id => Info.Id.Value;

    public FrameworkInfo Info { get; private set; } = info;

    /// <summary>Where the scheduler is reached; null for one that speaks HTTP to the master.</summary>
    public UPid? Pid { get; private set; } = pid;

    /// <summary>Whether it was told to end.</summary>
    public bool IsTerminating { get; set; }

    /// <summary>Whether it understands the newer ways in which tasks get lost.</summary>
    public bool IsPartitionAware => IsPartitionAwareFramework(Info);

    /// <summary>Accepted tasks by id.</summary>
    public LinkedDictionary<string, PendingTask> PendingTasks { get; } = new(StringComparer.Ordinal);

    // The last launch of each executor id that is not done with.
    private readonly Dictionary<string, Task> launches = new(StringComparer.Ordinal);

    public LinkedDictionary<string, Executor> Executors { get; } = new(StringComparer.Ordinal);

    public BoundedHistory<Executor> CompletedExecutors { get; } = completedExecutors;

    /// <summary>Whether nothing keeps it here.</summary>
    public bool IsIdle => Executors.Count == 0 && PendingTasks.Count == 0;

    public static bool IsPartitionAwareFramework(FrameworkInfo info) =>
        FrameworkCapabilities.Of(info).PartitionAware;

    public void Update(FrameworkInfo? info, UPid? pid)
    {
        Info = info ?? Info;
        Pid = pid;
    }

    /// <summary>The executor that has a task which waits, runs or is not acknowledged.</summary>
    public Executor? FindExecutorOfTask(string taskId) => Executors.Values.FirstOrDefault(executor => executor.HasTask(taskId));

    /// <summary>Whether this very task, not another of its id, was accepted and not given up since.</summary>
    public bool IsPending(TaskInfo task) =>
        PendingTasks.TryGetValue(task.TaskId.Value, out PendingTask? pending) && ReferenceEquals(pending.Task, task);

    /// <summary>Does something for an executor when what was begun for it before is done: tasks keep their order, though one may have to wait.</summary>
    public async Task InTurnAsync(string executorId, Func<Task> action)
    {
        Task turn = AfterAsync(launches.GetValueOrDefault(executorId, Task.CompletedTask), action);
        launches[executorId] = turn;
        try
        {
            await turn;
        }
        finally
        {
            if (launches.TryGetValue(executorId, out Task? last) && ReferenceEquals(last, turn))
            {
                launches.Remove(executorId);
            }
        }
    }

    private static async Task AfterAsync(Task before, Func<Task> action)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        await action();
    }

    public bool HasTask(string taskId) => PendingTasks.ContainsKey(taskId) || FindExecutorOfTask(taskId) is not null;
}
