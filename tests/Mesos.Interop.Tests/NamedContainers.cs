using LibProcess.Futures;
using Mesos.Proto;
using Mesos.Slave.Containerizer;

namespace Mesos.Interop.Tests;

/// <summary>Containers that exist in name only: their executors are played by a script.</summary>
internal sealed class NamedContainers : IContainerizer
{
    private const uint Pid = 4711;
    private const int Killed = 9;

    private readonly Dictionary<string, Promise<ContainerTermination?>> running = [];

    public Task LaunchAsync(ContainerLaunch launch)
    {
        running[launch.Id.Value] = new Promise<ContainerTermination?>();
        return Task.CompletedTask;
    }

    public Task RecoverAsync(IReadOnlyList<RecoveredContainer> containers, string sandboxes) => Task.CompletedTask;

    public Task LeaveAsync(IReadOnlyList<ContainerID> containers) => Task.CompletedTask;

    public Task<ContainerTermination?> WaitAsync(ContainerID container) =>
        running.TryGetValue(container.Value, out Promise<ContainerTermination?>? end) ? end.Task : Task.FromResult<ContainerTermination?>(null);

    public Task DestroyAsync(ContainerID container)
    {
        if (running.Remove(container.Value, out Promise<ContainerTermination?>? end))
        {
            end.TrySet(new ContainerTermination(WaitStatus: Killed));
        }

        return Task.CompletedTask;
    }

    public Task<ContainerStatus?> StatusAsync(ContainerID container) => Task.FromResult(
        running.ContainsKey(container.Value) ? new ContainerStatus { ContainerId = container.Clone(), ExecutorPid = Pid } : null);

    public Task UpdateAsync(ContainerID container, IReadOnlyCollection<Resource> resources) => Task.CompletedTask;

    public Task<IReadOnlyDictionary<string, ResourceStatistics>> UsageAsync(IReadOnlyCollection<ContainerID> wanted) =>
        Task.FromResult<IReadOnlyDictionary<string, ResourceStatistics>>(new Dictionary<string, ResourceStatistics>());
}
