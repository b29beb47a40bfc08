using Mesos.Slave.Containerizer;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Executors;

/// <summary>Lets containers have what their executors and tasks need, and kills those that cannot have it.</summary>
/// <remarks>Upstream: the failures of <c>containerizer->update</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class ContainerUpdates(SlaveContext context, IContainerizer containerizer)
{
    private readonly ILogger logger = context.Logger;

    /// <summary>Completes when the container has what it needs now, volumes that were asked for just before included.</summary>
    /// <returns>False where that is impossible and the container is being killed.</returns>
    public async Task<bool> UpdateAsync(Executor executor)
    {
        try
        {
            await context.Checkpoints.Resources.Settled;
            await containerizer.UpdateAsync(executor.ContainerId, ExecutorResources.Of(executor));
            return true;
        }
        catch (ContainerUpdateException) when (executor.Phase == ExecutorPhase.Terminated || executor.PendingTermination is not null)
        {
            // It ends already.
            return false;
        }
        catch (ContainerUpdateException exception)
        {
            LogFailed(executor.ContainerId.Value, executor, exception.Message);
            bool partitionAware = context.State.FindFramework(executor.FrameworkId)?.IsPartitionAware == true;
            executor.PendingTermination = new ContainerTermination(
                State: partitionAware ? TaskState.TaskGone : TaskState.TaskLost,
                Reason: Reason.ContainerUpdateFailed,
                Message: "Failed to update resources for container: " + exception.Message);
            context.Actor.Run(() => containerizer.DestroyAsync(executor.ContainerId));
            return false;
        }
    }

    [LoggerMessage(3261, LogLevel.Error, "Container {Container} of executor {Executor} cannot have its resources and is destroyed: {Why}")]
    private partial void LogFailed(string container, Executor executor, string why);
}
