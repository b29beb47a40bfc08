using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Processes;
using LibProcess.Randomness;
using LibProcess.Time;
using Mesos.Authentication;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.Accept;
using Mesos.Master.Agents;
using Mesos.Master.Allocator;
using Mesos.Master.Authorization;
using Mesos.Master.Frameworks;
using Mesos.Master.Http;
using Mesos.Master.Leadership;
using Mesos.Master.Offers;
using Mesos.Master.Operations;
using Mesos.Master.Registrar;
using Mesos.Master.State;
using Mesos.Master.Tasks;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Microsoft.Extensions.Logging;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Master;

/// <summary>
/// The master: one actor with many parts. It owns the state and only wires: which message goes to which part is in
/// <c>MasterProcess.Messages.cs</c>, which call in <c>MasterProcess.Calls.cs</c>, which route in <c>MasterProcess.Routes.cs</c>.
/// </summary>
/// <remarks>Upstream: <c>Master</c> in src/master/master.cpp. Start it with <see cref="MasterDaemon"/>.</remarks>
public sealed partial class MasterProcess : ProcessBase, IMasterContext, IOfferSink
{
    /// <summary>The id under which agents, frameworks and operators find a master.</summary>
    public const string ProcessId = "master";

    private readonly MasterOptions options;
    private readonly IMasterContender contender;
    private readonly IRegistrar registrar;
    private readonly Action elected;
    private readonly Action<Exception> fail;
    private readonly ILogger<MasterProcess> logger;
    private readonly MetricGroup metricGroup;
    private readonly MasterMetrics metrics;
    private readonly MasterInfo info;
    private readonly MasterTimes times;
    private readonly MasterState state;
    private readonly RateLimiter? removalLimiter;

    private readonly OfferBook book;
    private readonly Broadcast broadcast;
    private readonly Decline decline;
    private readonly SuppressRevive suppressRevive;
    private readonly InverseOffers inverseOffers;
    private readonly AcceptCall accept;
    private readonly EntryPermissions entry;
    private readonly StatusUpdateRelay statusUpdates;
    private readonly Acknowledgements acknowledgements;
    private readonly Reconciliation reconciliation;
    private readonly Kill kill;
    private readonly Relays relays;
    private readonly Executors executors;
    private readonly OperationUpdates operations;
    private readonly OperationAcknowledgements operationAcknowledgements;
    private readonly OperationReconciliation operationReconciliation;
    private readonly Registration registration;
    private readonly Reregistration reregistration;
    private readonly AgentRemoval agentRemoval;
    private readonly AgentConnection agentConnection;
    private readonly AgentUpdate agentUpdate;
    private readonly AgentActivation activation;
    private readonly Draining draining;
    private readonly Gone gone;
    private readonly Maintenance maintenance;
    private readonly Subscription subscription;
    private readonly FrameworkUpdate frameworkUpdate;
    private readonly FrameworkConnection frameworkConnection;
    private readonly FrameworkRemoval frameworkRemoval;
    private readonly PeerAuthentication authentication;
    private readonly RegistryRecovery recovery;
    private readonly StateRoutes stateRoutes;
    private readonly OperatorRoutes operatorRoutes;
    private readonly MaintenanceRoutes maintenanceRoutes;

    internal MasterProcess(
        ProcessManager manager,
        MasterOptions options,
        IAllocator allocator,
        IRegistrar registrar,
        IAuthenticator authenticator,
        IMasterContender contender,
        Action elected,
        Action<Exception> fail)
        : base(manager, ProcessId)
    {
        (this.options, this.registrar, this.contender) = (options, registrar, contender);
        (this.elected, this.fail) = (elected, fail);
        logger = CreateLogger<MasterProcess>();
        metricGroup = new MetricGroup(manager.Metrics, "master/");
        metrics = new MasterMetrics(metricGroup);
        info = MasterInfos.Create(
            Self, manager.Random.NewUuid().ToString("D"), options.Hostname ?? Self.Address.ToIPAddress().ToString(), options.Domain);
        times = new MasterTimes(manager.Clock.GetUtcNow());
        state = new MasterState(options);
        removalLimiter = options.AgentRemovalRateLimit is { } limit ? new RateLimiter(manager.Clock, limit) : null;
        var ids = new MasterIds(info.Id);

        book = new OfferBook(this, state, allocator);
        broadcast = new Broadcast(this, state, allocator, book, ids);
        decline = new Decline(this, state, book);
        suppressRevive = new SuppressRevive(this, allocator);
        inverseOffers = new InverseOffers(this, state, book, ids);

        var forwarding = new StatusForwarding(this);
        var transitions = new TaskTransitions(this, state, allocator);
        var lifecycle = new OperationLifecycle(this, state, allocator);
        var operationForwarding = new OperationForwarding(this, state);
        var departure = new AgentDeparture(
            this, state, allocator, book, transitions, forwarding, new OperationDeparture(this, state, lifecycle, operationForwarding), inverseOffers);
        gone = new Gone(this, state, registrar, departure, forwarding);
        activation = new AgentActivation(this, state, allocator, book, registrar);
        draining = new Draining(this, state, registrar, activation, gone);
        acknowledgements = new Acknowledgements(this, state, transitions, draining);
        statusUpdates = new StatusUpdateRelay(this, state, forwarding, transitions);
        reconciliation = new Reconciliation(this, state);
        kill = new Kill(this, state, reconciliation, forwarding);
        relays = new Relays(this, state);
        executors = new Executors(this, state, transitions);

        operations = new OperationUpdates(this, state, lifecycle, operationForwarding);
        operationAcknowledgements = new OperationAcknowledgements(this, state, lifecycle, draining);
        operationReconciliation = new OperationReconciliation(this, state, operationForwarding);
        var permissions = new Permissions(this);
        accept = CreateAccept(allocator, forwarding, operationForwarding, new OperationDispatch(this, lifecycle), permissions);

        authentication = new PeerAuthentication(this, authenticator);
        entry = new EntryPermissions(this, permissions, authentication);
        var frameworkRecovery = new FrameworkRecovery(this, state, allocator, lifecycle);
        frameworkUpdate = new FrameworkUpdate(this, state, allocator, book, permissions);
        subscription = new Subscription(this, state, allocator, book, inverseOffers, frameworkRecovery, frameworkUpdate, authentication, ids);
        frameworkRemoval = new FrameworkRemoval(this, state, allocator, book, inverseOffers, transitions, lifecycle);
        frameworkConnection = new FrameworkConnection(this, state, allocator, book, inverseOffers, frameworkRemoval);

        var admission = new AgentAdmission(this, state, allocator);
        var unreachable = new Unreachable(this, state, registrar, departure);
        agentRemoval = new AgentRemoval(this, state, registrar, departure);
        registration = new Registration(this, state, registrar, admission, agentRemoval, authentication, ids);
        reregistration = new Reregistration(
            this,
            state,
            allocator,
            registrar,
            draining,
            activation,
            new KnownAgentReconciliation(this, state, admission, transitions),
            new ReturningAgent(this, state, admission, forwarding, draining, activation),
            frameworkRecovery,
            lifecycle,
            authentication);
        agentConnection = new AgentConnection(this, state, activation, transitions, forwarding, unreachable);
        agentUpdate = new AgentUpdate(this, state, allocator, book, draining, new AgentReport(this, allocator, lifecycle));
        maintenance = new Maintenance(this, state, registrar, agentRemoval, inverseOffers, permissions);
        recovery = new RegistryRecovery(this, state, new RegistryGc(this, state, registrar), new ReturnWindow(this, state, unreachable));

        stateRoutes = new StateRoutes(this, state, times);
        operatorRoutes = new OperatorRoutes(this, state, frameworkRemoval, permissions);
        maintenanceRoutes = new MaintenanceRoutes(state, maintenance, inverseOffers, permissions);
    }

    /// <summary>What others are told of this master: its id, its address, what it can do. A copy; any thread.</summary>
    public MasterInfo Info => info.Clone();

    MasterInfo IMasterContext.Info => info;

    MasterOptions IMasterContext.Options => options;

    MasterMetrics IMasterContext.Metrics => metrics;

    ILogger IMasterContext.Logger => logger;

    DateTimeOffset IMasterContext.Now => Clock.GetUtcNow();

    RandomSource IMasterContext.Random => Random;

    CancellationToken IMasterContext.Terminated => Terminated;

    RateLimiter? IMasterContext.RemovalLimiter => removalLimiter;

    /// <inheritdoc/>
    protected override void Initialize()
    {
        InstallMessages();
        InstallRoutes();
        new MasterGauges(metricGroup, this, state, times, Clock, WaitingEvents).Publish();
        LogStarted(info.Id, Self);
        Run(LeadAsync);
    }

    /// <inheritdoc/>
    protected override void OnTerminate()
    {
        metricGroup.Withdraw();
        metrics.Principals.Withdraw();
        foreach (Framework framework in state.Frameworks.Registered.Concat(state.Frameworks.Completed.Values))
        {
            framework.Metrics?.Withdraw();
        }

        removalLimiter?.Dispose();
        foreach (Agent agent in state.Agents.Registered)
        {
            agent.Observer?.Terminate();
        }
    }

    /// <inheritdoc/>
    protected override void Exited(UPid pid)
    {
        authentication.Forget(pid);
        if (state.Frameworks.Find(pid) is { } framework)
        {
            frameworkConnection.OnExited(framework);
        }
        else if (state.Agents.Find(pid) is { } agent)
        {
            agentConnection.OnExited(agent);
        }
    }

    void IMasterContext.Send(UPid to, IMessage message) => Send(to, message);

    void IMasterContext.Link(UPid pid) => Link(pid);

    ProcessTimer IMasterContext.Delay(TimeSpan delay, Action action, string name) => Delay(delay, action, name);

    void IMasterContext.Run(Func<Task> story, string name) => Run(story, name);

    AgentObserver IMasterContext.Observe(Agent agent)
    {
        string id = agent.Id;
        var observer = new AgentObserver(
            Manager,
            agent.Pid,
            new PingOptions(options.AgentPingTimeout, options.MaxAgentPingTimeouts, removalLimiter),
            () => Dispatch(() => agentConnection.OnSilent(id)),
            metrics,
            logger);
        Manager.Spawn(observer);
        return observer;
    }

    void IMasterContext.Fail(string what, Exception exception)
    {
        LogFailed(what, exception);
        fail(exception);
    }

    void IOfferSink.OnAllocated(string frameworkId, IReadOnlyDictionary<string, Dictionary<string, Resources>> resources) =>
        Dispatch(() => broadcast.OnAllocated(frameworkId, resources));

    /// <summary>A process of this node speaks for a scheduler that listens to a stream of events. Any thread; before it subscribes.</summary>
    internal void AddSchedulerStream(UPid stream) => Dispatch(() => state.SchedulerStreams.Add(stream));

    private AcceptCall CreateAccept(
        IAllocator allocator,
        StatusForwarding forwarding,
        OperationForwarding operationForwarding,
        OperationDispatch dispatch,
        Permissions permissions)
    {
        var drop = new OperationDrop(this, operationForwarding);
        var answers = new TaskAnswers(this, forwarding);
        var converting = new ConvertingOperation(drop, dispatch, book);
        var disk = new DiskOperation(drop, dispatch);
        return new AcceptCall(
            this,
            state,
            allocator,
            book,
            new OperationScreening(this, drop, answers),
            drop,
            answers,
            new AcceptPermissions(this, permissions),
            new Dictionary<OperationType, IAcceptedOperation>
            {
                [OperationType.Launch] = new LaunchOperation(this, answers),
                [OperationType.LaunchGroup] = new LaunchGroupOperation(this, answers),
                [OperationType.Reserve] = converting,
                [OperationType.Unreserve] = converting,
                [OperationType.Create] = converting,
                [OperationType.Destroy] = converting,
                [OperationType.GrowVolume] = converting,
                [OperationType.ShrinkVolume] = converting,
                [OperationType.CreateDisk] = disk,
                [OperationType.DestroyDisk] = disk,
            });
    }

    private async Task LeadAsync()
    {
        await contender.LeadAsync(info.Clone(), Terminated);
        Registry registry;
        try
        {
            registry = await registrar.RecoverAsync(info.Clone());
        }
        catch (IOException exception)
        {
            ((IMasterContext)this).Fail("recover the registry", exception);
            return;
        }

        recovery.Recover(registry);
        inverseOffers.Start();
        times.Elected = Clock.GetUtcNow();
        LogLeading(state.Agents.Recovered.Count);
        elected();
    }

    [LoggerMessage(2001, LogLevel.Information, "Master {Id} started at {Pid}")]
    private partial void LogStarted(string id, UPid pid);

    [LoggerMessage(2002, LogLevel.Information, "This master leads; {Agents} agents of the registry may come back")]
    private partial void LogLeading(int agents);

    [LoggerMessage(2003, LogLevel.Critical, "This master cannot go on: failed to {What}")]
    private partial void LogFailed(string what, Exception exception);

    [LoggerMessage(2004, LogLevel.Debug, "Dropped {Message} from {From}: this master does not lead yet")]
    private partial void LogNotLeading(string message, UPid from);

    [LoggerMessage(2005, LogLevel.Warning, "Dropped {Message} from {From} about framework {Framework}: {Reason}")]
    private partial void LogDropped(string message, UPid from, string framework, string reason);
}
