using Mesos.Slave.State;

namespace Mesos.Slave.Executors;

/// <summary>What executors and their tasks hold.</summary>
/// <remarks>Upstream: <c>Executor::allocatedResources</c> and <c>Framework::allocatedResources</c> in src/slave/slave.cpp.</remarks>
internal static class ExecutorResources
{
    /// <summary>The executor's own resources and those of its tasks that wait or run, not added up.</summary>
    public static IReadOnlyCollection<Resource> Of(Executor executor) =>
    [
        .. executor.Info.Resources,
        .. executor.QueuedTasks.Values.SelectMany(static task => task.Resources),
        .. executor.LaunchedTasks.Values.SelectMany(static task => task.Resources),
    ];

    /// <summary>All that is held on the agent, or will be by tasks that were accepted, added up. What tasks share counts once.</summary>
    public static Common.Resources InUse(SlaveState state) => Common.Resources.From(
    [
        .. state.Executors.Where(static executor => executor.Phase != ExecutorPhase.Terminated).SelectMany(Of),
        .. state.Frameworks.Values.SelectMany(OfPending),
    ]);

    /// <summary>Tasks without an executor yet, and the executors that will be started for them.</summary>
    private static IEnumerable<Resource> OfPending(Framework framework) =>
    [
        .. framework.PendingTasks.Values.SelectMany(static pending => pending.Task.Resources),
        .. framework.PendingTasks.Values
            .Where(pending => !framework.Executors.ContainsKey(pending.ExecutorId))
            .DistinctBy(static pending => pending.ExecutorId)
            .SelectMany(static pending => pending.Executor.Resources),
    ];
}
