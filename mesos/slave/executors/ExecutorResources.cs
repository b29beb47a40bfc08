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

    /// <summary>All that is held on the agent, added up.</summary>
    public static Common.Resources InUse(SlaveState state) => Common.Resources.From(state.Executors
        .Where(static executor => executor.Phase != ExecutorPhase.Terminated)
        .SelectMany(Of));
}
