using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Randomness;
using Mesos.Authentication;
using Mesos.Authentication.CramMd5;
using Mesos.Common.Detection;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;
using Microsoft.Extensions.Logging;

namespace Mesos.Sched;

/// <summary>The framework's side of the conversation with the master. Its id is fresh for every driver, so that masters tell runs apart.</summary>
/// <remarks>Upstream: <c>SchedulerProcess</c> in src/sched/sched.cpp.</remarks>
internal sealed partial class SchedulerProcess : ProcessBase, IMasterChannel
{
    private readonly MesosSchedulerDriver driver;
    private readonly SchedulerState state;
    private readonly MasterSource masters;
    private readonly SchedulerCallbacks callbacks;
    private readonly Registration registration;
    private readonly Offers offers;
    private readonly StatusUpdates updates;
    private readonly Roles roles;
    private readonly SchedulerEvents events;
    private readonly Action ended;
    private readonly ILogger logger;
    private SchedulerMetrics? metrics;
    private volatile bool running = true;

    public SchedulerProcess(
        ProcessManager manager,
        MesosSchedulerDriver driver,
        SchedulerState state,
        SchedulerCallbacks callbacks,
        MasterSource masters,
        SchedulerSettings settings,
        Action ended)
        : base(manager, $"scheduler-{manager.Random.NewUuid():D}")
    {
        logger = CreateLogger<SchedulerProcess>();
        (this.driver, this.state, this.callbacks, this.masters, this.ended) = (driver, state, callbacks, masters, ended);
        MasterAuthentication? authentication = settings.Credential is { } credential
            ? new MasterAuthentication(
                new ReliableAuthentication(manager, new CramMd5Authenticatee(manager), Self, credential, settings.AuthenticationBackoff),
                story => Run(story, nameof(MasterAuthentication)),
                Fail)
            : null;
        registration = new Registration(state, this, callbacks, Fail, settings.RegistrationBackoffFactor, logger, authentication);
        updates = new StatusUpdates(state, this, callbacks, settings.ImplicitAcknowledgements, logger);
        offers = new Offers(state, this, callbacks, updates, logger);
        roles = new Roles(state, this, Fail);
        events = new SchedulerEvents(this, logger);
    }

    /// <summary>
    /// False from the moment the driver is stopped or aborted, on whatever thread: what waits in the mailbox is not told to the
    /// framework any more. Requests of the framework that wait are still sent.
    /// </summary>
    public bool Running
    {
        get => running;
        set => running = value;
    }

    TimeProvider IMasterChannel.Clock => Clock;

    RandomSource IMasterChannel.Random => Random;

    /// <summary>Whether the code that asks is called by this process.</summary>
    public bool IsCurrent => OnProcess;

    internal SchedulerState State => state;

    protected override void Initialize()
    {
        metrics = new SchedulerMetrics(Manager.Metrics, this, WaitingEvents);
        Install<Event>(events.Received);
        Install<FrameworkRegisteredMessage>((from, m) => registration.Registered(from, m.FrameworkId, m.MasterInfo));
        Install<FrameworkReregisteredMessage>((from, m) => registration.Reregistered(from, m.FrameworkId, m.MasterInfo));
        Install<ResourceOffersMessage>((from, m) => Offered(from, m.Offers, m.Pids));
        Install<RescindResourceOfferMessage>((from, m) => Rescinded(from, m.OfferId));
        Install<StatusUpdateMessage>((from, m) => Updated(from, m.Update, m.HasPid ? m.Pid : null));
        Install<LostSlaveMessage>((from, m) => SlaveLost(from, m.SlaveId));
        Install<ExitedExecutorMessage>((from, m) => ExecutorLost(from, m.ExecutorId, m.SlaveId, m.Status));
        Install<ExecutorToFrameworkMessage>((_, m) => MessageReceived(m.ExecutorId, m.SlaveId, m.Data));
        Install<FrameworkErrorMessage>((_, m) => Fail(m.Message));
        Run(DetectAsync);
    }

    protected override void OnTerminate()
    {
        registration.Cancel();
        metrics?.Remove();
        ended();
    }

    /// <summary>Only told in the log: what to do about a lost master is for the detector to say.</summary>
    protected override void Exited(UPid pid) => LogLinkBroken(pid);

    public void CountDropped() => metrics?.Dropped();

    public void SendToMaster(Call call) => Send(state.Master!.Pid, call);

    void IMasterChannel.Send(UPid to, IMessage message) => Send(to, message);

    void IMasterChannel.Link(UPid to) => Link(to);

    IDisposable? IMasterChannel.After(TimeSpan delay, Action action) => Delay(delay, action);

    // What the master says.

    public void Registered(UPid from, FrameworkID id, MasterInfo master) => registration.Registered(from, id, master);

    public void Reregistered(UPid from, FrameworkID id, MasterInfo master) => registration.Reregistered(from, id, master);

    public void Offered(UPid from, IReadOnlyList<Offer> list, IReadOnlyList<string> pids)
    {
        if (IsFromMaster(from, "resource offers"))
        {
            offers.Received(list, pids);
        }
    }

    public void Rescinded(UPid from, OfferID offer)
    {
        if (IsFromMaster(from, "rescind offer"))
        {
            offers.Rescinded(offer);
        }
    }

    /// <param name="from">The sender.</param>
    /// <param name="update">The update.</param>
    /// <param name="pid">The agent as text; null and what cannot be read mean that none waits for an acknowledgement.</param>
    public void Updated(UPid from, StatusUpdate update, string? pid)
    {
        if (IsFromMaster(from, "status update"))
        {
            updates.Received(update, UPid.TryParse(pid, out UPid agent) ? agent : UPid.Empty);
        }
    }

    public void SlaveLost(UPid from, SlaveID agent)
    {
        if (IsFromMaster(from, "lost agent"))
        {
            offers.SlaveLost(agent);
        }
    }

    public void ExecutorLost(UPid from, ExecutorID executor, SlaveID agent, int status)
    {
        if (IsFromMaster(from, "lost executor"))
        {
            callbacks.ExecutorLost(executor, agent, status);
        }
    }

    /// <summary>From an agent directly or through the master; the sender is not checked.</summary>
    public void MessageReceived(ExecutorID executor, SlaveID agent, ByteString data)
    {
        if (running)
        {
            callbacks.FrameworkMessage(executor, agent, data.Memory);
        }
    }

    /// <summary>Something is wrong for good: aborts, then tells the framework.</summary>
    public void Fail(string message)
    {
        if (!running)
        {
            return;
        }

        LogFailed(message);
        driver.Abort();
        callbacks.Error(message);
    }

    // What the framework asks for.

    public void Accept(IReadOnlyList<OfferID> ids, IReadOnlyList<Offer.Types.Operation> operations, Filters filters) =>
        offers.Accept(ids, operations, filters);

    public void Decline(OfferID offer, Filters filters) => offers.Decline(offer, filters);

    public void SendMessage(ExecutorID executor, SlaveID agent, ByteString data) => offers.SendMessage(executor, agent, data);

    public void Acknowledge(TaskStatus status) => updates.Acknowledge(status);

    public void Revive(IReadOnlyCollection<string> list) => roles.Revive(list);

    public void Suppress(IReadOnlyCollection<string> list) => roles.Suppress(list);

    public void Update(FrameworkInfo framework, IReadOnlyCollection<string> suppressed, OfferConstraints constraints) =>
        roles.Update(framework, suppressed, constraints);

    /// <summary>Sends a call that needs nothing but a connection; without one it is dropped.</summary>
    public void Ask(Func<SchedulerState, Call> call)
    {
        if (state.Connected)
        {
            SendToMaster(call(state));
        }
    }

    public void Stop(bool failover)
    {
        LogStopping(state.FrameworkId.Value);
        if (state.Connected && !failover)
        {
            SendToMaster(Calls.Teardown(state));
        }

        Terminate();
    }

    /// <summary>The process stays, deaf, because a stop may follow.</summary>
    public void Abort()
    {
        LogAborting(state.FrameworkId.Value);
        registration.Cancel();
        if (state.Connected)
        {
            Send(state.Master!.Pid, new DeactivateFrameworkMessage { FrameworkId = state.FrameworkId.Clone() });
        }

        ended();
    }

    private async Task DetectAsync()
    {
        try
        {
            await using IMasterDetector detector = await masters.OpenAsync(Terminated);
            MasterInfo? master = null;
            while (running)
            {
                master = await detector.DetectAsync(master, Terminated);
                if (running)
                {
                    offers.Clear();
                    registration.MasterChanged(Leading(master));
                }
            }
        }
        catch (OperationCanceledException) when (Terminated.IsCancellationRequested)
        {
            // The driver has ended.
        }
        catch (Exception exception)
        {
            Fail($"Failed to detect a master: {exception.Message}");
        }
    }

    private LeadingMaster? Leading(MasterInfo? master)
    {
        if (master is null)
        {
            return null;
        }

        if (UPid.TryParse(master.Pid, out UPid pid) && pid.IsValid)
        {
            return new LeadingMaster(pid, master);
        }

        CountDropped();
        LogBadMaster(master.Pid);
        return null;
    }

    private bool IsFromMaster(UPid from, string what)
    {
        if (!running || !state.Connected)
        {
            return false;
        }

        if (from == state.Master?.Pid)
        {
            return true;
        }

        CountDropped();
        LogStranger(what, from, state.Master?.Pid ?? UPid.Empty);
        return false;
    }

    [LoggerMessage(4040, LogLevel.Warning, "The connection to {Master} broke")]
    private partial void LogLinkBroken(UPid master);

    [LoggerMessage(4041, LogLevel.Debug, "Ignored a {Kind} message from {From}, which is not the leading master {Master}")]
    private partial void LogStranger(string kind, UPid from, UPid master);

    [LoggerMessage(4042, LogLevel.Error, "The driver gives up: {Reason}")]
    private partial void LogFailed(string reason);

    [LoggerMessage(4043, LogLevel.Information, "Stopping framework {Framework}")]
    private partial void LogStopping(string framework);

    [LoggerMessage(4044, LogLevel.Information, "Aborting framework {Framework}")]
    private partial void LogAborting(string framework);

    [LoggerMessage(4045, LogLevel.Error, "The leading master's address '{Pid}' cannot be read; it counts as none")]
    private partial void LogBadMaster(string pid);
}
