using LibProcess.Futures;
using Mesos.Slave.Containerizer;

namespace Mesos.Slave.Tests.Support;

/// <summary>Containers that exist in name only. Called inside the agent, looked at when the node has settled.</summary>
internal sealed class FakeContainerizer : IContainerizer
{
    public const uint Pid = 4711;
    public const long StartTicks = 815;

    private const int Killed = 9;
    private readonly Dictionary<string, Promise<ContainerTermination?>> running = [];

    public List<ContainerLaunch> Launches { get; } = [];

    public List<string> Destroyed { get; } = [];

    /// <summary>Why the next launches fail, or null.</summary>
    public string? LaunchError { get; set; }

    /// <summary>Looks on when a container starts.</summary>
    public Action<ContainerLaunch>? Launching { get; set; }

    /// <summary>How many containers were measured each time.</summary>
    public List<int> Measurements { get; } = [];

    /// <summary>Whether it is known what containers use.</summary>
    public bool IsMeasured { get; set; } = true;

    /// <summary>Whether containers ignore being killed.</summary>
    public bool Immortal { get; set; }

    /// <summary>The container that cannot be ended, or null.</summary>
    public string? Indestructible { get; set; }

    /// <summary>Why containers cannot have what they are to have, or null.</summary>
    public string? UpdateError { get; set; }

    /// <summary>Set to keep updates of resources from completing.</summary>
    public Promise<bool>? UpdateGate { get; set; }

    /// <summary>Set to keep the agent from leaving its containers.</summary>
    public Promise<bool>? LeaveGate { get; set; }

    public void Exit(int waitStatus, int launch = 0) => Exit(Launches[launch].Id.Value, new ContainerTermination(WaitStatus: waitStatus));

    public List<RecoveredContainer> Recovered { get; } = [];

    public List<string> Left { get; } = [];

    /// <summary>Whether containers of an earlier run still live.</summary>
    public bool RecoveredLive { get; set; } = true;

    public async Task LaunchAsync(ContainerLaunch launch)
    {
        Launching?.Invoke(launch);
        Launches.Add(launch);
        if (LaunchError is { } error)
        {
            throw new ContainerLaunchException(error);
        }

        running[launch.Id.Value] = new Promise<ContainerTermination?>();
        if (launch.Forked is { } forked)
        {
            await forked(new ForkedProcess((int)Pid, StartTicks));
        }
    }

    public Task RecoverAsync(IReadOnlyList<RecoveredContainer> containers, string sandboxes)
    {
        Recovered.AddRange(containers);
        foreach (RecoveredContainer container in containers)
        {
            running[container.Id.Value] = new Promise<ContainerTermination?>();
            if (!RecoveredLive)
            {
                Exit(container.Id.Value, new ContainerTermination());
            }
        }

        return Task.CompletedTask;
    }

    public Task LeaveAsync(IReadOnlyList<ContainerID> containers)
    {
        Left.AddRange(containers.Select(container => container.Value));
        return LeaveGate?.Task ?? Task.CompletedTask;
    }

    public Task<ContainerTermination?> WaitAsync(ContainerID container) =>
        running.TryGetValue(container.Value, out Promise<ContainerTermination?>? end) ? end.Task : Task.FromResult<ContainerTermination?>(null);

    public Task DestroyAsync(ContainerID container)
    {
        Destroyed.Add(container.Value);
        if (Indestructible == container.Value)
        {
            return Task.FromException(new IOException("cannot be ended"));
        }

        if (Immortal)
        {
            return WaitAsync(container);
        }

        Exit(container.Value, new ContainerTermination(WaitStatus: Killed));
        return Task.CompletedTask;
    }

    public Task<ContainerStatus?> StatusAsync(ContainerID container) => Task.FromResult(
        running.TryGetValue(container.Value, out Promise<ContainerTermination?>? end) && !end.Task.IsCompleted ? new ContainerStatus { ContainerId = container.Clone(), ExecutorPid = Pid } : null);

    public Task UpdateAsync(ContainerID container, IReadOnlyCollection<Resource> resources) => UpdateError is { } error
        ? throw new ContainerUpdateException(error)
        : UpdateGate?.Task ?? Task.CompletedTask;

    public Task<IReadOnlyDictionary<string, ResourceStatistics>> UsageAsync(IReadOnlyCollection<ContainerID> wanted)
    {
        Measurements.Add(wanted.Count);
        return Task.FromResult<IReadOnlyDictionary<string, ResourceStatistics>>((IsMeasured ? wanted : []).ToDictionary(
            container => container.Value, container => new ResourceStatistics { Timestamp = 1, MemRssBytes = 1024 }));
    }

    private void Exit(string container, ContainerTermination termination)
    {
        if (running.TryGetValue(container, out Promise<ContainerTermination?>? end))
        {
            end.TrySet(termination);
        }
    }
}
