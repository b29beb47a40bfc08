using LibProcess.Processes;
using Mesos.Common.Protobuf;
using Mesos.Slave.Metrics;
using Mesos.Slave.Posix;
using Mesos.Slave.Storage;
using Microsoft.Extensions.Logging;
using Metric = LibProcess.Metrics.Metric;

namespace Mesos.Slave.Containerizer;

/// <summary>Containers that are families of processes: nothing is limited, and all is killed together.</summary>
/// <remarks>
/// Upstream: <c>MesosContainerizerProcess</c> with the posix launcher, in src/slave/containerizer/mesos. A process of its own,
/// so that the agent does not wait while the operating system forks.
/// </remarks>
internal sealed partial class PosixContainerizerProcess : ProcessBase, IContainerizer
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan FirstHuntAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastHuntAgain = TimeSpan.FromMinutes(1);

    private const double MinCpus = 0.01;
    private const long BytesPerMegabyte = 1 << 20;

    private readonly Dictionary<string, Container> containers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ContainerTermination> ended = new(StringComparer.Ordinal);
    private readonly HashSet<Container> undying = [];
    private readonly SlaveCounter destroyErrors;
    private readonly IChildProcesses children;
    private readonly IUserAccounts accounts;
    private readonly MesosProgram program;
    private readonly IReadOnlyDictionary<string, string> inherited;
    private readonly VolumeLinks volumes;
    private readonly ILogger logger;

    /// <summary>Creates a containerizer.</summary>
    /// <param name="manager">The node.</param>
    /// <param name="program">The program that launches.</param>
    /// <param name="children">Starts processes.</param>
    /// <param name="accounts">The accounts of the machine.</param>
    /// <param name="inherited">Variables for every container that nobody else sets.</param>
    /// <param name="workDirectory">The agent's work directory, where persistent volumes are.</param>
    public PosixContainerizerProcess(
        ProcessManager manager,
        MesosProgram program,
        IChildProcesses children,
        IUserAccounts accounts,
        IReadOnlyDictionary<string, string> inherited,
        string workDirectory)
        : base(manager, manager.Ids.Generate("mesos-containerizer"))
    {
        this.program = program;
        this.children = children;
        this.accounts = accounts;
        this.inherited = inherited;
        logger = CreateLogger<PosixContainerizerProcess>();
        destroyErrors = new SlaveCounter(manager.Metrics, "containerizer/mesos/container_destroy_errors");
        volumes = new VolumeLinks(Path.GetFullPath(workDirectory), DiskFileSystem.Instance, accounts, logger);
    }

    /// <inheritdoc/>
    public Task LaunchAsync(ContainerLaunch launch) => CallAsync(() => StartAsync(launch));

    /// <inheritdoc/>
    public Task RecoverAsync(IReadOnlyList<RecoveredContainer> recovered, string sandboxes) => CallAsync(async () =>
    {
        foreach (RecoveredContainer found in recovered)
        {
            IAdoptedChild child = children.Adopt(found.Process, found.Directory);
            string? owner = found.User is { } user && user != accounts.Current && accounts.CanSwitch ? user : null;
            var container = new Container(child, [.. found.Executor.Resources], new SandboxVolumes(found.Directory, owner));
            containers[found.Id.Value] = container;
            LogRecovered(found.Id.Value, found.Process.Pid, child.Look() ? "lives" : "has ended");
            Run(() => WatchAsync(found.Id.Value, container));
            LookAgain(child);
        }

        int killed = await children.KillOrphansAsync(
            sandboxes, recovered.Select(static container => container.Directory).ToHashSet(StringComparer.Ordinal), PauseAsync);
        if (killed > 0)
        {
            LogOrphans(killed, sandboxes);
        }
    });

    /// <inheritdoc/>
    public Task LeaveAsync(IReadOnlyList<ContainerID> left) => CallAsync(() =>
    {
        foreach (ContainerID container in left)
        {
            containers.Remove(container.Value);
        }
    });

    /// <inheritdoc/>
    public Task<ContainerTermination?> WaitAsync(ContainerID container) => CallAsync<ContainerTermination?>(async () =>
    {
        if (containers.TryGetValue(container.Value, out Container? found))
        {
            found.IsWaitedFor = true;
            return await found.Ended.Task;
        }

        return ended.Remove(container.Value, out ContainerTermination? earlier) ? earlier : null;
    });

    /// <inheritdoc/>
    public Task DestroyAsync(ContainerID container) => CallAsync(async () =>
    {
        if (containers.TryGetValue(container.Value, out Container? found))
        {
            LogDestroying(container.Value);
            await KillAsync(container.Value, found);
            await found.Ended.Task;
        }
    });

    /// <inheritdoc/>
    public Task<ContainerStatus?> StatusAsync(ContainerID container) => CallAsync(() =>
        containers.TryGetValue(container.Value, out Container? found)
            ? new ContainerStatus { ContainerId = container.Clone(), ExecutorPid = (uint)found.Child.Pid }
            : null);

    /// <inheritdoc/>
    public Task UpdateAsync(ContainerID container, IReadOnlyCollection<Resource> resources) => CallAsync(() =>
    {
        if (containers.TryGetValue(container.Value, out Container? found))
        {
            try
            {
                volumes.Update(found.Volumes, resources, containers.Values.Select(static container => container.Volumes));
            }
            catch (IOException exception)
            {
                throw new ContainerUpdateException(exception.Message, exception);
            }

            found.Resources = resources;
        }
    });

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, ResourceStatistics>> UsageAsync(IReadOnlyCollection<ContainerID> wanted) => CallAsync(() =>
    {
        string[] found = [.. wanted.Select(static container => container.Value).Where(containers.ContainsKey).Distinct()];
        IReadOnlyList<ContainerUsage> used = children.Measure([.. found.Select(container => containers[container].Child)]);
        return (IReadOnlyDictionary<string, ResourceStatistics>)found.Zip(used).ToDictionary(
            static pair => pair.First, pair => Usage(containers[pair.First], pair.Second), StringComparer.Ordinal);
    });

    /// <inheritdoc/>
    protected override void OnTerminate()
    {
        foreach (Container container in containers.Values.Union(undying))
        {
            // There is no later any more: what has been killed dies without being looked at.
            _ = children.KillAllAsync(container.Child, static _ => Task.CompletedTask);
        }

        Manager.Metrics.Remove(new[] { destroyErrors.Registered }.OfType<Metric>());
    }

    /// <summary>Completes when nothing is left of a container, or some of it does not die.</summary>
    private Task KillAsync(string id, Container container)
    {
        if (!undying.Contains(container) && container.Hunt.IsCompleted)
        {
            container.Hunt = HuntAsync(id, container, FirstHuntAgain);
        }

        return container.Hunt;
    }

    private Task PauseAsync(TimeSpan time) => DelayAsync(time);

    /// <summary>What does not die is killed again and again: there is nothing else to be done about it.</summary>
    private async Task HuntAsync(string id, Container container, TimeSpan again)
    {
        if (await children.KillAllAsync(container.Child, PauseAsync))
        {
            if (undying.Remove(container))
            {
                LogDied(id);
            }

            return;
        }

        if (undying.Add(container))
        {
            destroyErrors.Increment();
        }

        LogUndying(id, again);
        TimeSpan next = again * 2;
        Delay(again, () => Run(() => HuntAsync(id, container, next < LastHuntAgain ? next : LastHuntAgain)));
    }

    /// <summary>Nobody tells of the end of a process that is not a child.</summary>
    private void LookAgain(IAdoptedChild child)
    {
        if (child.Look())
        {
            Delay(LookInterval, () => LookAgain(child));
        }
    }

    private async Task StartAsync(ContainerLaunch launch)
    {
        Container container = Launch(launch);
        if (launch.Forked is not { } forked)
        {
            return;
        }

        try
        {
            await forked(new ForkedProcess(container.Child.Pid, container.Child.StartTicks));
        }
        catch (IOException exception)
        {
            container.IsWaitedFor = true; // By nobody, and nobody will: it never began.
            await KillAsync(launch.Id.Value, container);
            throw new ContainerLaunchException($"Cannot write down its process: {exception.Message}", exception);
        }

        container.Child.Release();
    }

    private Container Launch(ContainerLaunch launch)
    {
        if (UnsupportedFeatures.Find(launch.Executor) is { } unsupported)
        {
            throw new ContainerLaunchException(unsupported);
        }

        if (containers.ContainsKey(launch.Id.Value))
        {
            throw new ContainerLaunchException($"Container '{launch.Id.Value}' has been launched already");
        }

        IChild child;
        SandboxVolumes sandbox;
        try
        {
            string? owner = SwitchTo(launch);
            sandbox = new SandboxVolumes(launch.Directory, owner);
            volumes.Update(sandbox, launch.Executor.Resources, containers.Values.Select(static container => container.Volumes));
            child = children.Start(LaunchPlan.For(program, launch, owner, inherited));
        }
        catch (IOException exception)
        {
            throw new ContainerLaunchException(exception.Message, exception);
        }

        LogStarted(launch.Id.Value, child.Pid);
        var container = new Container(child, [.. launch.Executor.Resources], sandbox);
        containers[launch.Id.Value] = container;
        Run(() => WatchAsync(launch.Id.Value, container));
        return container;
    }

    private string? SwitchTo(ContainerLaunch launch)
    {
        if (launch.User is not { } user || user == accounts.Current)
        {
            return null;
        }

        if (!accounts.CanSwitch)
        {
            throw new ContainerLaunchException(
                $"The agent runs as '{accounts.Current}' and cannot run an executor as '{user}': " +
                "that needs root, or --no-switch_user to run everything as the agent's own user");
        }

        accounts.GiveDirectory(launch.Directory, user);
        return user;
    }

    private async Task WatchAsync(string id, Container container)
    {
        int? status = await container.Child.Exited;
        if (!containers.ContainsKey(id))
        {
            // It was left to itself.
            return;
        }

        LogEnded(id, container.Child.Pid);
        await KillAsync(id, container);
        containers.Remove(id);
        var termination = new ContainerTermination(WaitStatus: status);
        if (!container.IsWaitedFor)
        {
            // It may end before who has started it, or recovered it, gets to asking.
            ended[id] = termination;
        }

        container.Ended.TrySet(termination);
    }

    private ResourceStatistics Usage(Container container, ContainerUsage used)
    {
        double cpus = container.Resources.Where(static r => r.Name == "cpus").Sum(static r => r.Scalar?.Value ?? 0);
        double megabytes = container.Resources.Where(static r => r.Name == "mem").Sum(static r => r.Scalar?.Value ?? 0);
        var statistics = new ResourceStatistics
        {
            Timestamp = Timestamps.ToSeconds(Clock.GetUtcNow()),
            CpusUserTimeSecs = used.UserTime.TotalSeconds,
            CpusSystemTimeSecs = used.SystemTime.TotalSeconds,
            MemRssBytes = (ulong)used.ResidentBytes,
        };
        if (cpus > 0)
        {
            statistics.CpusSoftLimit = Math.Max(cpus, MinCpus);
        }

        if (megabytes > 0)
        {
            statistics.MemLimitBytes = statistics.MemSoftLimitBytes = (ulong)(megabytes * BytesPerMegabyte);
        }

        return statistics;
    }

    private sealed class Container(IChild child, IReadOnlyCollection<Resource> resources, SandboxVolumes volumes)
    {
        public IChild Child => child;

        public SandboxVolumes Volumes => volumes;

        public IReadOnlyCollection<Resource> Resources { get; set; } = resources;

        /// <summary>The hunt for its processes that began last.</summary>
        public Task Hunt { get; set; } = Task.CompletedTask;

        /// <summary>Whether somebody hears of its end.</summary>
        public bool IsWaitedFor { get; set; }

        public LibProcess.Futures.Promise<ContainerTermination> Ended { get; } = new();
    }

    [LoggerMessage(3401, LogLevel.Information, "Container {Container} runs as process {Pid}")]
    private partial void LogStarted(string container, int pid);

    [LoggerMessage(3404, LogLevel.Information, "Container {Container} of an earlier run, process {Pid}, {State}")]
    private partial void LogRecovered(string container, int pid, string state);

    [LoggerMessage(3405, LogLevel.Warning, "Killed {Count} processes of containers below '{Directory}' that no checkpoint tells of")]
    private partial void LogOrphans(int count, string directory);

    [LoggerMessage(3402, LogLevel.Information, "Destroying container {Container}")]
    private partial void LogDestroying(string container);

    [LoggerMessage(3640, LogLevel.Warning, "Some process of container {Container} does not die; it is killed again in {Again}")]
    private partial void LogUndying(string container, TimeSpan again);

    [LoggerMessage(3641, LogLevel.Information, "Nothing is left of container {Container} any more")]
    private partial void LogDied(string container);

    [LoggerMessage(3403, LogLevel.Information, "Process {Pid} of container {Container} has ended; killing what is left of it")]
    private partial void LogEnded(string container, int pid);
}
