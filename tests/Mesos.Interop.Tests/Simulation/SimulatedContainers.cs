using LibProcess.Futures;
using LibProcess.Testing.Simulation;
using Mesos.Common.Messages;
using Mesos.Exec;
using Mesos.Proto;
using Mesos.Slave.Containerizer;

namespace Mesos.Interop.Tests.Simulation;

/// <summary>Containers that are nodes of a simulated cluster: in each runs an executor of ours, and to kill it is a crash.</summary>
internal sealed class SimulatedContainers(SimulatedCluster cluster) : IContainerizer
{
    private const int Killed = 9;

    private readonly Dictionary<string, (SimulatedNode Node, Promise<ContainerTermination?> End)> running = [];

    public Task LaunchAsync(ContainerLaunch launch)
    {
        var end = new Promise<ContainerTermination?>();
        SimulatedNode container = cluster.AddNode($"executor-{cluster.Nodes.Count}", WireMessageSchema.ApplyTo, node =>
        {
            void Exit()
            {
                node.Crash();
                end.TrySet(new ContainerTermination(WaitStatus: Killed));
            }

            var options = new ExecutorDriverOptions { Manager = node.Manager, Environment = launch.Environment, KillProcessGroup = Exit };
            new MesosExecutorDriver(new QuickExecutor(Exit), options).Start();
        });
        running[launch.Id.Value] = (container, end);
        return Task.CompletedTask;
    }

    public Task RecoverAsync(IReadOnlyList<RecoveredContainer> containers, string sandboxes) => Task.CompletedTask;

    public Task LeaveAsync(IReadOnlyList<ContainerID> containers) => Task.CompletedTask;

    public Task<ContainerTermination?> WaitAsync(ContainerID container) =>
        running.TryGetValue(container.Value, out var entry) ? entry.End.Task : Task.FromResult<ContainerTermination?>(null);

    public Task DestroyAsync(ContainerID container)
    {
        if (running.Remove(container.Value, out var entry))
        {
            entry.Node.Crash();
            entry.End.TrySet(new ContainerTermination(WaitStatus: Killed));
        }

        return Task.CompletedTask;
    }

    public Task<ContainerStatus?> StatusAsync(ContainerID container) => Task.FromResult(
        running.ContainsKey(container.Value) ? new ContainerStatus { ContainerId = container.Clone() } : null);

    public Task UpdateAsync(ContainerID container, IReadOnlyCollection<Resource> resources) => Task.CompletedTask;

    public Task<IReadOnlyDictionary<string, ResourceStatistics>> UsageAsync(IReadOnlyCollection<ContainerID> wanted) =>
        Task.FromResult<IReadOnlyDictionary<string, ResourceStatistics>>(new Dictionary<string, ResourceStatistics>());

    /// <summary>Its tasks run and are finished at once.</summary>
    private sealed class QuickExecutor(Action exit) : IExecutor
    {
        public void LaunchTask(IExecutorDriver driver, TaskInfo task)
        {
            driver.SendStatusUpdate(new TaskStatus { TaskId = task.TaskId, State = TaskState.TaskRunning });
            driver.SendStatusUpdate(new TaskStatus { TaskId = task.TaskId, State = TaskState.TaskFinished });
        }

        public void KillTask(IExecutorDriver driver, TaskID taskId)
        {
        }

        public void Shutdown(IExecutorDriver driver) => exit();

        public void Error(IExecutorDriver driver, string message)
        {
        }
    }
}
