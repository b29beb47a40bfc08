using System.Net.Sockets;
using System.Runtime.CompilerServices;
using LibProcess.Addressing;
using LibProcess.Processes;
using Mesos.Common;
using Mesos.Common.Detection;
using Mesos.Common.Versions;
using Mesos.Slave.Containerizer;
using Mesos.Slave.Host;
using Mesos.Slave.Http;
using Mesos.Slave.Posix;
using Mesos.Slave.Storage;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave;

/// <summary>The agent could not start, or had to give up.</summary>
public sealed class SlaveException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong, for the operator.</param>
    /// <param name="innerException">The cause, or null.</param>
    public SlaveException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>An agent that runs on a node.</summary>
/// <remarks>Safe from any thread. Several agents may run on one node; each is a process <c>slave(N)</c> of its own.</remarks>
public sealed partial class SlaveDaemon : IAsyncDisposable
{
    private readonly ProcessManager manager;
    private readonly SlaveProcess slave;
    private readonly PosixContainerizerProcess containerizer;
    private readonly ChildProcesses children;

    private readonly IMasterDetector? ownDetector;
    private readonly WorkDirectoryLock? held;

    private SlaveDaemon(
        ProcessManager manager,
        SlaveProcess slave,
        PosixContainerizerProcess containerizer,
        ChildProcesses children,
        IMasterDetector? ownDetector,
        WorkDirectoryLock? held)
    {
        (this.manager, this.slave, this.containerizer, this.children) = (manager, slave, containerizer, children);
        (this.ownDetector, this.held) = (ownDetector, held);
        Completion = CompleteAsync();
    }

    /// <summary>The identity of the agent's process, such as <c>slave(1)@10.0.0.1:5051</c>.</summary>
    public UPid Pid => slave.Self;

    /// <summary>
    /// Completes when the agent has ended and none of its containers is left: after <see cref="StopAsync"/>, or when the master
    /// told it to. Fails with <see cref="SlaveException"/> where the agent had to give up.
    /// </summary>
    public Task Completion { get; }

    /// <summary>Starts an agent: determines what the machine has, and begins to look for the master.</summary>
    /// <param name="manager">The node. Stop the agent before disposing it.</param>
    /// <param name="options">What the agent is told.</param>
    /// <param name="detector">Finds the leading master; belongs to the caller.</param>
    /// <exception cref="SlaveException">An option cannot be used; the message says which and why.</exception>
    public static Task<SlaveDaemon> StartAsync(ProcessManager manager, SlaveOptions options, IMasterDetector detector)
    {
        ArgumentNullException.ThrowIfNull(manager);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(detector);
        return StartAsync(manager, options, detector, ownsDetector: false);
    }

    /// <summary>Starts an agent that finds its master itself.</summary>
    /// <param name="manager">The node. Stop the agent before disposing it.</param>
    /// <param name="options">What the agent is told.</param>
    /// <param name="master">Where to look for the leading master.</param>
    /// <exception cref="SlaveException">An option cannot be used, or the master cannot be looked for; the message says which and why.</exception>
    public static async Task<SlaveDaemon> StartAsync(ProcessManager manager, SlaveOptions options, MasterLocation master)
    {
        ArgumentNullException.ThrowIfNull(manager);
        ArgumentNullException.ThrowIfNull(options);
        IMasterDetector detector;
        try
        {
            detector = await MasterDetectors.StartAsync(manager, master).ConfigureAwait(false);
        }
        catch (MasterDetectionException exception)
        {
            throw new SlaveException(exception.Message, exception);
        }

        try
        {
            return await StartAsync(manager, options, detector, ownsDetector: true).ConfigureAwait(false);
        }
        catch
        {
            await detector.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<SlaveDaemon> StartAsync(ProcessManager manager, SlaveOptions options, IMasterDetector detector, bool ownsDetector)
    {
        InheritedFiles.KeepFromChildren();
        WorkDirectoryLock? held = Occupy(options.WorkDirectory, manager.LoggerFactory.CreateLogger<SlaveDaemon>());
        var children = new ChildProcesses();
        try
        {
            SlaveInfo info = await DescribeAsync(manager, options).ConfigureAwait(false);
            MesosProgram program = MesosProgram.From(options, Environment.ProcessPath, AppContext.BaseDirectory);
            var containerizer = new PosixContainerizerProcess(manager, program, children, new UserAccounts(), RuntimeVariables(), options.WorkDirectory);
            var slave = new SlaveProcess(manager, options, info, program.LauncherDirectory, detector, containerizer);
            HttpRealms.Protect(manager, options);
            VersionProcess.EnsureOn(manager);
            manager.Spawn(containerizer);
            manager.Spawn(slave);
            return new SlaveDaemon(manager, slave, containerizer, children, ownsDetector ? detector : null, held);
        }
        catch
        {
            children.Dispose();
            held?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Ends the agent and everything it started: executors are asked to end, get their grace periods, and are killed then.
    /// </summary>
    /// <param name="unregister">Whether the master is told not to wait for this agent to come back. Default: no.</param>
    /// <param name="patience">After which time whatever still runs is killed; null, the default, leaves it to the grace periods.</param>
    /// <returns>Completes when no process of any container is left.</returns>
    public async Task StopAsync(bool unregister = false, TimeSpan? patience = null)
    {
        slave.ShutDown(unregister, patience);
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// Ends the agent, to be started again on the same work directory: executors of frameworks that ask for checkpoints go on and
    /// wait for it, for as long as <see cref="SlaveOptions.RecoveryTimeout"/> says; the others end with it.
    /// </summary>
    /// <returns>Completes when the agent has ended.</returns>
    public async Task LeaveAsync()
    {
        slave.Leave();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Ends the agent and everything it started, as <see cref="StopAsync"/> does by default.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    /// <summary>Two agents in one directory would take each other's id and kill each other's executors.</summary>
    private static WorkDirectoryLock? Occupy(string directory, ILogger logger)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SlaveException($"Cannot create the work directory '{directory}': {exception.Message}", exception);
        }

        try
        {
            return WorkDirectoryLock.TryTake(directory) ??
                throw new SlaveException($"Another agent runs in the work directory '{directory}'; give this one a --work_dir of its own");
        }
        catch (IOException exception)
        {
            LogNoLock(logger, directory, exception.Message);
            return null;
        }
    }

    private static async Task<SlaveInfo> DescribeAsync(ProcessManager manager, SlaveOptions options)
    {
        if (!AgentResources.TryDetermine(options, HostCapacity.Measure(options.WorkDirectory), out Common.Resources? resources, out string? error))
        {
            throw new SlaveException($"The resources cannot be used: {error}");
        }

        if (DiskSources.Prepare(resources, options.WorkDirectory, DiskFileSystem.Instance) is { } unusable)
        {
            throw new SlaveException(unusable);
        }

        if (!Attributes.TryParse(options.Attributes ?? "", out IReadOnlyList<Attribute>? attributes, out error))
        {
            throw new SlaveException($"The attributes cannot be used: {error}");
        }

        var info = new SlaveInfo
        {
            Hostname = await HostnameAsync(manager, options).ConfigureAwait(false),
            Port = manager.Address.Port,
            Checkpoint = true,
            Domain = options.Domain,
        };
        resources.CopyTo(info.Resources);
        info.Attributes.Add(attributes);
        return info;
    }

    private static async Task<string> HostnameAsync(ProcessManager manager, SlaveOptions options)
    {
        System.Net.IPAddress ip = manager.Address.ToIPAddress();
        if (options.Hostname is { } given)
        {
            return given;
        }

        if (!options.HostnameLookup)
        {
            return ip.ToString();
        }

        try
        {
            return (await System.Net.Dns.GetHostEntryAsync(ip).ConfigureAwait(false)).HostName;
        }
        catch (SocketException)
        {
            return ip.ToString();
        }
    }

    /// <summary>Where a program that is not compiled ahead of time finds its runtime; containers see nothing else of the agent's environment.</summary>
    private static Dictionary<string, string> RuntimeVariables()
    {
        const string RuntimeRoot = "DOTNET_ROOT";
        return RuntimeFeature.IsDynamicCodeSupported && Environment.GetEnvironmentVariable(RuntimeRoot) is { Length: > 0 } root
            ? new Dictionary<string, string> { [RuntimeRoot] = root }
            : [];
    }

    [LoggerMessage(3620, LogLevel.Warning, "Nothing keeps another agent out of the work directory '{Directory}', which cannot be locked: {Why}")]
    private static partial void LogNoLock(ILogger logger, string directory, string why);

    private async Task CompleteAsync()
    {
        await manager.WaitAsync(slave).ConfigureAwait(false);
        containerizer.Terminate(inject: false);
        await manager.WaitAsync(containerizer).ConfigureAwait(false);
        foreach (ProcessBase attendant in slave.Attendants)
        {
            await manager.WaitAsync(attendant).ConfigureAwait(false);
        }

        children.Dispose();
        held?.Dispose();
        if (ownDetector is not null)
        {
            await ownDetector.DisposeAsync().ConfigureAwait(false);
        }

        if (slave.Failure is { } failure)
        {
            throw new SlaveException(failure);
        }
    }
}
