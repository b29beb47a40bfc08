using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Http;
using LibProcess.Processes;
using LibProcess.Randomness;
using LibProcess.Time;
using Mesos.Authentication;
using Mesos.Authentication.CramMd5;
using Mesos.Common.Detection;
using Mesos.Common.Values;
using Mesos.Slave.Checkpoint;
using Mesos.Slave.Containerizer;
using Mesos.Slave.Drain;
using Mesos.Slave.Executors;
using Mesos.Slave.Frameworks;
using Mesos.Slave.Gc;
using Mesos.Slave.Host;
using Mesos.Slave.Http;
using Mesos.Slave.Metrics;
using Mesos.Slave.Operations;
using Mesos.Slave.Recovery;
using Mesos.Slave.Registration;
using Mesos.Slave.Run;
using Mesos.Slave.State;
using Mesos.Slave.StatusUpdates;
using Mesos.Slave.Storage;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave;

/// <summary>The agent: owns the state and wires the parts. Which message goes where is in SlaveProcess.Messages.cs.</summary>
/// <remarks>Upstream: <c>Slave</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class SlaveProcess : ProcessBase, ISlaveActor
{
    private const double StatisticsPerSecond = 2;

    // Service managers kill an agent that takes much longer.
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30);

    private readonly SlaveContext context;
    private readonly ILogger logger;
    private readonly IContainerizer containerizer;
    private readonly TaskStatusUpdateManagerProcess updateManager;
    private readonly CheckpointProcess writer;
    private readonly GarbageCollectorProcess collector;

    private readonly MasterDetection detection;
    private readonly MasterRegistration registration;
    private readonly PingWatch pings;
    private readonly AgentShutdown shutdown;
    private readonly Draining draining;
    private readonly TaskLaunch launches;
    private readonly TaskKill kills;
    private readonly FrameworkShutdown frameworkShutdown;
    private readonly FrameworkUpdates frameworkUpdates;
    private readonly FrameworkMessages frameworkMessages;
    private readonly ExecutorRegistration executorRegistration;
    private readonly StatusUpdateHandling statusUpdates;
    private readonly StatusUpdateForwarding forwarding;
    private readonly OfferOperations operations;
    private readonly AgentRecovery recovery;
    private readonly SlaveRoutes routes;
    private readonly DiskWatch diskWatch;

    private readonly DateTimeOffset startTime;
    private IReadOnlyList<LibProcess.Metrics.Metric> gauges = [];

    /// <summary>Creates an agent; it does nothing until spawned.</summary>
    /// <param name="manager">The node.</param>
    /// <param name="options">What it is told.</param>
    /// <param name="info">Its host name, resources and attributes, without an id; the port is that of the node.</param>
    /// <param name="launcherDirectory">Where the programs are that executors are made of.</param>
    /// <param name="detector">Finds the leading master.</param>
    /// <param name="containerizer">Starts executors.</param>
    /// <param name="files">Where checkpoints and sandboxes are; null for the disk of this machine.</param>
    /// <param name="wrapStore">Puts something between the agent and what writes its checkpoints, for tests that have to fail; null for nothing.</param>
    public SlaveProcess(
        ProcessManager manager,
        SlaveOptions options,
        SlaveInfo info,
        string launcherDirectory,
        IMasterDetector detector,
        IContainerizer containerizer,
        IFileSystem? files = null,
        Func<ICheckpointStore, ICheckpointStore>? wrapStore = null)
        : base(manager, manager.Ids.Generate("slave"))
    {
        this.containerizer = containerizer;
        var state = new SlaveState(info, new UUID { Value = UuidBytes.ToByteString(manager.Random.NewUuid()) });
        logger = CreateLogger<SlaveProcess>();
        files ??= DiskFileSystem.Instance;
        writer = new CheckpointProcess(manager, files, why => Dispatch(() => EndUnwritable(why)));
        ICheckpointStore store = wrapStore?.Invoke(writer) ?? writer;
        collector = new GarbageCollectorProcess(manager, files, options.GcDelay);
        var checkpoints = new AgentCheckpoints(store, options.WorkDirectory, state);
        var leftovers = new Leftovers(this, state, checkpoints, collector);
        context = new SlaveContext(this, state, options, new SlaveMetrics(manager.Metrics), checkpoints, logger);
        updateManager = new TaskStatusUpdateManagerProcess(manager, store, update => Dispatch(() => forwarding!.Forward(update), "forward"));

        var cleanup = new Cleanup(context, updateManager, leftovers);
        var executorShutdown = new ExecutorShutdown(context, containerizer);
        var containers = new ContainerUpdates(context, containerizer);
        forwarding = new StatusUpdateForwarding(context, updateManager, cleanup);
        statusUpdates = new StatusUpdateHandling(
            context, containerizer, containers, updateManager, executorShutdown, forwarding, new UpdateLimits(context, executorShutdown), cleanup);
        var termination = new ExecutorTermination(context, statusUpdates, cleanup);
        var executorLaunch = new ExecutorLaunch(context, containerizer, termination, leftovers);
        var delivery = new TaskDelivery(context, containers);
        executorRegistration = new ExecutorRegistration(context, containers, statusUpdates, executorShutdown, delivery);
        launches = new TaskLaunch(
            context,
            statusUpdates,
            new TaskIds(context, statusUpdates, forwarding, updateManager, leftovers, cleanup),
            executorLaunch,
            termination,
            executorShutdown,
            new TaskQueue(context, statusUpdates, delivery, executorShutdown),
            cleanup,
            launcherDirectory);
        kills = new TaskKill(context, statusUpdates, executorShutdown);
        frameworkShutdown = new FrameworkShutdown(context, executorShutdown, cleanup);
        frameworkUpdates = new FrameworkUpdates(context, updateManager);
        frameworkMessages = new FrameworkMessages(context);
        draining = new Draining(context, kills, cleanup);
        var operationUpdates = new OperationStatusUpdates(context, store);
        var outcomes = new OperationOutcomes(context, store, operationUpdates, cleanup);
        operations = new OfferOperations(context, outcomes, () => detection!.Redetect());
        pings = new PingWatch(context, () => detection!.Redetect());
        MasterAuthentication? authentication = options.Credential is { } credential
            ? new MasterAuthentication(
                new ReliableAuthentication(manager, new CramMd5Authenticatee(manager), Self, credential, options.AuthenticationBackoff),
                story => Run(story, nameof(MasterAuthentication)),
                reason => ((ISlaveActor)this).End(reason))
            : null;
        registration = new MasterRegistration(
            context, updateManager, operationUpdates, pings, new TaskReconciliation(context, statusUpdates), authentication);
        detection = new MasterDetection(context, detector, registration);
        shutdown = new AgentShutdown(context, frameworkShutdown);
        recovery = new AgentRecovery(
            context,
            store,
            updateManager,
            containerizer,
            leftovers,
            termination,
            cleanup,
            new ResourceRecovery(context, store, operationUpdates, outcomes),
            new ExecutorReconnection(context, containerizer, executorShutdown));
        diskWatch = new DiskWatch(context, collector);
        startTime = manager.Clock.GetUtcNow();
        routes = new SlaveRoutes(context, containerizer, startTime, new RateLimiter(manager.Clock, StatisticsPerSecond));
    }

    /// <summary>Why the agent ended; null while it runs and where it ended on purpose. Read it after the end.</summary>
    public string? Failure { get; private set; }

    /// <summary>The processes that end with the agent.</summary>
    public IReadOnlyList<ProcessBase> Attendants => [updateManager, collector, writer];

    DateTimeOffset ISlaveActor.Now => Clock.GetUtcNow();

    RandomSource ISlaveActor.Random => Random;

    /// <summary>Ends the agent: executors are asked to end and get their grace periods, then the process ends. Any thread.</summary>
    /// <param name="unregister">Whether the master is told not to wait for this agent.</param>
    /// <param name="patience">After which time whatever still runs is killed; null leaves it to the grace periods.</param>
    public void ShutDown(bool unregister, TimeSpan? patience) => Dispatch(() =>
    {
        shutdown.ByOwner(unregister);
        if (patience is { } limit)
        {
            Delay(limit, () => End(failure: null));
        }
    });

    /// <summary>
    /// Ends the agent, to be started again: executors of frameworks that ask for checkpoints go on and wait for it. Any thread.
    /// </summary>
    public void Leave() => Dispatch(shutdown.Leave);

    /// <inheritdoc/>
    protected override void Initialize()
    {
        InstallMessages();
        foreach (SlaveRoute route in routes.All)
        {
            Route(route.Path, route.Help, new RouteOptions { Realm = route.Realm }, route.Handler);
        }

        gauges = SlaveGauges.Add(Manager, this, context.State, diskWatch, startTime);

        foreach (ProcessBase attendant in Attendants)
        {
            Manager.Spawn(attendant);
        }

        LogStarted(Self, context.State.Info.Hostname);
        diskWatch.Start();
        RunDurably(RecoverAsync);
    }

    /// <inheritdoc/>
    protected override void Exited(UPid pid)
    {
        if (pid == context.State.Master)
        {
            LogMasterDisconnected(pid);
        }
    }

    /// <inheritdoc/>
    protected override void OnTerminate()
    {
        foreach (ProcessBase attendant in Attendants)
        {
            // What waits to be written is written first.
            attendant.Terminate(inject: false);
        }

        routes.Close();
        Manager.Metrics.Remove(gauges.Concat(context.Metrics.Registered));
    }

    void ISlaveActor.Send(UPid to, IMessage message) => Send(to, message);

    void ISlaveActor.Link(UPid pid) => Link(pid);

    ProcessTimer ISlaveActor.Delay(TimeSpan delay, Action action) => Delay(delay, action);

    void ISlaveActor.Run(Func<Task> story) => Run(story);

    void ISlaveActor.RunDurably(Func<Task> story) => RunDurably(story);

    void ISlaveActor.End(string? failure, bool leaveExecutors) => End(failure, leaveExecutors);

    private async Task RecoverAsync()
    {
        bool goesOn;
        try
        {
            goesOn = await recovery.RunAsync(BootId.Read());
        }
        catch (Exception exception) when (exception is not (IOException or OperationCanceledException or ProcessTerminatedException))
        {
            LogRecoveryFault(exception);
            End($"Cannot go on from what is in '{context.Checkpoints.WorkDirectory}': {exception.Message}");
            return;
        }

        if (goesOn)
        {
            gauges = [.. gauges, .. SlaveGauges.AddRecoveryTime(Manager, this, Clock.GetUtcNow() - startTime)];
            draining.Replay();
            Run(() => detection.RunAsync(Terminated), nameof(MasterDetection));
        }
    }

    private void RunDurably(Func<Task> story) => Run(async () =>
    {
        try
        {
            await story();
        }
        catch (IOException exception)
        {
            EndUnwritable(exception.Message);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ProcessTerminatedException)
        {
            // The agent ends, and its attendants with it: nothing is promised any more.
        }
    });

    private void EndUnwritable(string why) => End($"The work directory cannot be written to: {why}");

    private void End(string? failure, bool leaveExecutors = false)
    {
        if (context.State.IsLeftToNextRun)
        {
            return;
        }

        bool leaves = (leaveExecutors || failure is not null) && context.State.Phase != SlavePhase.Terminating;
        context.State.Phase = SlavePhase.Terminating;
        context.State.IsLeftToNextRun = true;
        Failure = failure;
        if (failure is not null)
        {
            LogFailed(failure);
        }

        Run(async () =>
        {
            Executor[] living = [.. context.State.Executors.Where(static executor => executor.Phase != ExecutorPhase.Terminated)];
            Executor[] left = [.. living.Where(executor => executor.IsCheckpointed && leaves)];
            Task ending = EndContainersAsync(left, living.Except(left));
            await Task.WhenAny(ending, DelayAsync(EndPatience));
            if (ending.IsCompleted)
            {
                await ending;
            }
            else
            {
                LogUndying(EndPatience);
            }

            Terminate();
        });
    }

    private async Task EndContainersAsync(IEnumerable<Executor> left, IEnumerable<Executor> ended)
    {
        await containerizer.LeaveAsync([.. left.Select(static executor => executor.ContainerId)]);
        Task[] endings = await Future.AwaitAllAsync(ended.Select(executor => containerizer.DestroyAsync(executor.ContainerId)));
        foreach (Exception failure in endings.Select(static ending => ending.Exception?.InnerException).OfType<Exception>())
        {
            LogNotEnded(failure);
        }
    }

    [LoggerMessage(3051, LogLevel.Information, "Agent started on {Pid}, known as {Hostname}")]
    private partial void LogStarted(UPid pid, string hostname);

    [LoggerMessage(3642, LogLevel.Error, "The agent ends although containers have not ended within {Patience}")]
    private partial void LogUndying(TimeSpan patience);

    [LoggerMessage(3643, LogLevel.Error, "The agent ends although a container could not be ended")]
    private partial void LogNotEnded(Exception exception);

    [LoggerMessage(3052, LogLevel.Warning, "Lost the connection to master {Master}; waiting for it, or another, to lead")]
    private partial void LogMasterDisconnected(UPid master);

    [LoggerMessage(3628, LogLevel.Error, "Recovery stumbled over what it did not expect")]
    private partial void LogRecoveryFault(Exception exception);

    [LoggerMessage(3053, LogLevel.Critical, "The agent ends: {Failure}")]
    private partial void LogFailed(string failure);
}
