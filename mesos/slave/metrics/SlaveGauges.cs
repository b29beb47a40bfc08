using LibProcess.Metrics;
using LibProcess.Processes;
using Mesos.Slave.Executors;
using Mesos.Slave.Gc;
using Mesos.Slave.State;
using Metric = LibProcess.Metrics.Metric;

namespace Mesos.Slave.Metrics;

/// <summary>What the agent's state looks like now, under the original's names.</summary>
/// <remarks>Upstream: src/slave/metrics.cpp.</remarks>
internal static class SlaveGauges
{
    private static readonly string[] Scalars = ["cpus", "gpus", "mem", "disk"];

    /// <summary>Adds the gauges; those whose names another agent of the node has are left to that one.</summary>
    /// <param name="manager">The node.</param>
    /// <param name="process">The agent's process, in which the gauges read.</param>
    /// <param name="state">What they read.</param>
    /// <param name="disk">How long sandboxes are kept.</param>
    /// <param name="startTime">When the agent started.</param>
    /// <returns>The gauges, to be removed with the agent.</returns>
    public static IReadOnlyList<Metric> Add(
        ProcessManager manager, ProcessBase process, SlaveState state, DiskWatch disk, DateTimeOffset startTime)
    {
        MetricsRegistry registry = manager.Metrics;
        List<Metric> added = [];
        Gauge("uptime_secs", () => (manager.Clock.GetUtcNow() - startTime).TotalSeconds);
        Gauge("registered", () => state.Phase == SlavePhase.Running ? 1 : 0);
        Gauge("frameworks_active", () => state.Frameworks.Count);
        Gauge("tasks_staging", () => Staging(state));
        Gauge("tasks_starting", () => Tasks(state, TaskState.TaskStarting));
        Gauge("tasks_running", () => Tasks(state, TaskState.TaskRunning));
        Gauge("tasks_killing", () => Tasks(state, TaskState.TaskKilling));
        Gauge("executors_registering", () => Executors(state, ExecutorPhase.Registering));
        Gauge("executors_running", () => Executors(state, ExecutorPhase.Running));
        Gauge("executors_terminating", () => Executors(state, ExecutorPhase.Terminating));
        Gauge("executor_directory_max_allowed_age_secs", () => disk.MaxAllowedAge.TotalSeconds);
        foreach (string name in Scalars)
        {
            Amounts(name, name, static resources => resources.NonRevocable());
            Amounts(name + "_revocable", name, static resources => resources.Revocable());
        }

        return added;

        void Amounts(string prefix, string resource, Func<Common.Resources, Common.Resources> select)
        {
            double Total() => select(state.Total).Scalar(resource) ?? 0;
            double Used() => select(ExecutorResources.InUse(state)).Scalar(resource) ?? 0;
            Gauge(prefix + "_total", Total);
            Gauge(prefix + "_used", Used);
            Gauge(prefix + "_percent", () => Total() is > 0 and double total ? Used() / total : 0);
        }

        void Gauge(string name, Func<double> read) => added.AddRange(Add(registry, process, name, read));
    }

    /// <summary>Adds what is known only when the agent has taken up what an earlier run left: how long that took.</summary>
    public static IReadOnlyList<Metric> AddRecoveryTime(ProcessManager manager, ProcessBase process, TimeSpan taken) =>
        Add(manager.Metrics, process, "recovery_time_secs", () => taken.TotalSeconds);

    private static Metric[] Add(MetricsRegistry registry, ProcessBase process, string name, Func<double> read)
    {
        try
        {
            return [registry.AddPullGauge("slave/" + name, process, read)];
        }
        catch (InvalidOperationException)
        {
            // Another agent of this node has it.
            return [];
        }
    }

    private static double Staging(SlaveState state) =>
        state.Frameworks.Values.Sum(static framework => framework.PendingTasks.Count) +
        state.Executors.Sum(static executor => executor.QueuedTasks.Count) +
        Tasks(state, TaskState.TaskStaging);

    private static double Tasks(SlaveState state, TaskState wanted) =>
        state.Executors.Sum(executor => executor.LaunchedTasks.Values.Count(task => task.State == wanted));

    private static double Executors(SlaveState state, ExecutorPhase wanted) => state.Executors.Count(executor => executor.Phase == wanted);
}
