namespace Mesos.Slave.Containerizer;

/// <summary>Everything about a container to start.</summary>
/// <param name="Id">The container.</param>
/// <param name="Executor">What runs in it.</param>
/// <param name="Directory">Its sandbox, which exists.</param>
/// <param name="User">The user to run as; null for the agent's own.</param>
/// <param name="Environment">What the agent wants the executor to see.</param>
/// <param name="IsCommandExecutor">Whether the executor is the agent's own program that runs the command of a task.</param>
internal sealed record ContainerLaunch(
    ContainerID Id,
    ExecutorInfo Executor,
    string Directory,
    string? User,
    IReadOnlyDictionary<string, string> Environment,
    bool IsCommandExecutor)
{
    /// <summary>Told the first process of the container, which goes on only when the task is done; null where nobody wants to know.</summary>
    public Func<ForkedProcess, Task>? Forked { get; init; }
}

/// <summary>A container that an earlier run of the agent started.</summary>
/// <param name="Id">The container.</param>
/// <param name="Process">Its first process.</param>
/// <param name="Directory">Its sandbox.</param>
/// <param name="Executor">What runs in it.</param>
/// <param name="User">The user it runs as; null for the agent's own.</param>
internal sealed record RecoveredContainer(ContainerID Id, ForkedProcess Process, string Directory, ExecutorInfo Executor, string? User = null);

/// <summary>A container that cannot be started; the message goes to the framework.</summary>
internal sealed class ContainerLaunchException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A container that cannot have resources; the message goes to the framework.</summary>
internal sealed class ContainerUpdateException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Starts executors in containers and watches them. Any thread.</summary>
/// <remarks>Upstream: <c>Containerizer</c> in src/slave/containerizer/containerizer.hpp.</remarks>
internal interface IContainerizer
{
    /// <summary>
    /// Takes up containers that an earlier run of the agent started, whether or not they still live, and kills what is left of others.
    /// </summary>
    /// <param name="containers">The containers to take up.</param>
    /// <param name="sandboxes">The directory below which the sandboxes of this agent's containers are.</param>
    Task RecoverAsync(IReadOnlyList<RecoveredContainer> containers, string sandboxes);

    /// <summary>Lets containers go on without this agent.</summary>
    Task LeaveAsync(IReadOnlyList<ContainerID> containers);

    /// <summary>Starts a container.</summary>
    /// <exception cref="ContainerLaunchException">It did not start, and nothing of it is left.</exception>
    Task LaunchAsync(ContainerLaunch launch);

    /// <summary>
    /// Waits for the end of a container that was started or taken up; null where it is not known. Where it has ended already the
    /// first who asks is told.
    /// </summary>
    Task<ContainerTermination?> WaitAsync(ContainerID container);

    /// <summary>Kills all processes of a container and completes when its first process is gone. Unknown containers are ignored.</summary>
    Task DestroyAsync(ContainerID container);

    /// <summary>What updates say of a running container; null where it is not known.</summary>
    Task<ContainerStatus?> StatusAsync(ContainerID container);

    /// <summary>Tells what a container may use from now on. Persistent volumes among it exist.</summary>
    /// <exception cref="ContainerUpdateException">It cannot have it; the container goes on as it is.</exception>
    Task UpdateAsync(ContainerID container, IReadOnlyCollection<Resource> resources);

    /// <summary>What running containers use, by their ids; those that are not known are left out.</summary>
    Task<IReadOnlyDictionary<string, ResourceStatistics>> UsageAsync(IReadOnlyCollection<ContainerID> wanted);
}
