using LibProcess.Metrics;
using Metric = LibProcess.Metrics.Metric;

namespace Mesos.Slave.Metrics;

/// <summary>The counters of the agent, under the original's names.</summary>
/// <remarks>Upstream: src/slave/metrics.cpp. Of several agents on one node only the first appears in the snapshot, as with the original.</remarks>
internal sealed class SlaveMetrics(MetricsRegistry registry)
{
    public SlaveCounter RecoveryErrors { get; } = new(registry, "slave/recovery_errors");

    public SlaveCounter TasksFinished { get; } = new(registry, "slave/tasks_finished");

    public SlaveCounter TasksFailed { get; } = new(registry, "slave/tasks_failed");

    public SlaveCounter TasksKilled { get; } = new(registry, "slave/tasks_killed");

    public SlaveCounter TasksLost { get; } = new(registry, "slave/tasks_lost");

    public SlaveCounter TasksGone { get; } = new(registry, "slave/tasks_gone");

    public SlaveCounter ExecutorsTerminated { get; } = new(registry, "slave/executors_terminated");

    public SlaveCounter ExecutorsPreempted { get; } = new(registry, "slave/executors_preempted");

    public SlaveCounter ValidStatusUpdates { get; } = new(registry, "slave/valid_status_updates");

    public SlaveCounter InvalidStatusUpdates { get; } = new(registry, "slave/invalid_status_updates");

    public SlaveCounter ValidFrameworkMessages { get; } = new(registry, "slave/valid_framework_messages");

    public SlaveCounter InvalidFrameworkMessages { get; } = new(registry, "slave/invalid_framework_messages");

    public SlaveCounter ContainerLaunchErrors { get; } = new(registry, "slave/container_launch_errors");

    // What the original always shows of parts that are not here, or of failures that cannot happen here: readers look for them.
    private readonly SlaveCounter[] absent =
    [
        .. new[]
        {
            "containerizer/fetcher/task_fetches_succeeded",
            "containerizer/fetcher/task_fetches_failed",
            "containerizer/fetcher/cache_size_total_bytes",
            "containerizer/fetcher/cache_size_used_bytes",
            "containerizer/mesos/provisioner/remove_container_errors",
            "containerizer/mesos/provisioner/bind/remove_rootfs_errors",
            "resource_provider_manager/subscribed",
            "resource_provider_manager/events/subscribe",
            "resource_provider_manager/events/disconnect",
        }.Select(name => new SlaveCounter(registry, name)),
    ];

    /// <summary>Messages that asked for something impossible, came from strangers, or came at the wrong time.</summary>
    public SlaveCounter DroppedMessages { get; } = new(registry, "slave/dropped_messages");

    /// <summary>Messages that asked for something this agent cannot do.</summary>
    public SlaveCounter UnsupportedMessages { get; } = new(registry, "slave/unsupported_messages");

    /// <summary>What is to be removed from the registry with the agent.</summary>
    public IEnumerable<Metric> Registered => absent.Concat(
    [
        RecoveryErrors, TasksFinished, TasksFailed, TasksKilled, TasksLost, TasksGone, ExecutorsTerminated, ExecutorsPreempted,
        ValidStatusUpdates, InvalidStatusUpdates, ValidFrameworkMessages, InvalidFrameworkMessages, ContainerLaunchErrors,
        DroppedMessages, UnsupportedMessages,
    ]).Select(static counter => counter.Registered).OfType<Metric>();

    public void TaskEnded(TaskState state)
    {
        SlaveCounter? counter = state switch
        {
            TaskState.TaskFinished => TasksFinished,
            TaskState.TaskFailed => TasksFailed,
            TaskState.TaskKilled => TasksKilled,
            TaskState.TaskLost => TasksLost,
            TaskState.TaskGone => TasksGone,
            _ => null,
        };
        counter?.Increment();
    }
}
