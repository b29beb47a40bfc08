using Google.Protobuf;
using LibProcess.Futures;
using Mesos.Common.Detection;
using Mesos.Proto;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched;

/// <summary>Runs an <see cref="IScheduler"/> against a Mesos master, old or new, over the wire of libprocess.</summary>
/// <remarks>
/// <para>
/// A framework that registered once can be taken over by a new driver, in this program or on another machine, by putting the id
/// given to <see cref="IScheduler.Registered"/> into <c>FrameworkInfo.id</c>.
/// </para>
/// <para>
/// Settings are read from variables that start with <c>MESOS_</c>; the node of the driver is set up by <c>LIBPROCESS_IP</c>,
/// <c>LIBPROCESS_PORT</c> and so on. A node on loopback cannot be reached by masters of other machines.
/// </para>
/// <para>Upstream: <c>MesosSchedulerDriver</c> in include/mesos/scheduler.hpp. Safe from any thread.</para>
/// </remarks>
/// <example>
/// <code>
/// var framework = new FrameworkInfo { User = "", Name = "example" };
/// await using var driver = new MesosSchedulerDriver(new MyScheduler(), framework, "10.1.2.3:5050");
/// return await driver.RunAsync() == Status.DriverStopped ? 0 : 1;
/// </code>
/// </example>
public sealed class MesosSchedulerDriver : ISchedulerDriver, IAsyncDisposable
{
    // Unlike the process behind it, the driver is used by any thread: status and process change together.
    private readonly Lock gate = new();
    private readonly Promise<bool> ended = new();
    private readonly IScheduler scheduler;
    private readonly FrameworkInfo framework;
    private readonly string master;
    private readonly SchedulerDriverOptions options;
    private Status status = Status.DriverNotStarted;
    private SchedulerNode? node;

    /// <summary>Creates a driver; nothing happens before <see cref="Start"/>.</summary>
    /// <param name="scheduler">Gets the callbacks.</param>
    /// <param name="framework">
    /// What registers. An empty user or host name is filled in. With an id, this driver takes the framework over.
    /// </param>
    /// <param name="master">
    /// <c>host:port</c>, <c>master@host:port</c>, or <c>file://</c> with the path of a file that says so. (<c>zk://</c> as far as
    /// <see cref="MasterLocation"/> is built for it; <c>local</c> is refused.)
    /// </param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The framework lacks a required field, or a suppressed role occurs twice.</exception>
    public MesosSchedulerDriver(IScheduler scheduler, FrameworkInfo framework, string master, SchedulerDriverOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentNullException.ThrowIfNull(master);
        this.scheduler = scheduler;
        this.framework = MachineIdentity.FillIn(Arguments.Copy(framework));
        this.master = master;
        this.options = options ?? new SchedulerDriverOptions();
        Arguments.Roles(this.options.SuppressedRoles);
    }

    /// <summary>The state of the driver.</summary>
    public Status Status
    {
        get
        {
            lock (gate)
            {
                return status;
            }
        }
    }

    /// <inheritdoc/>
    public Status Start()
    {
        string? error;
        lock (gate)
        {
            if (status != Status.DriverNotStarted)
            {
                return status;
            }

            node = SchedulerNode.TryCreate(this, scheduler, framework, master, options, Ended, out error);
            status = node is null ? Status.DriverAborted : Status.DriverRunning;
        }

        if (error is not null)
        {
            new SchedulerCallbacks(scheduler, this, SchedulerNode.CreateLogger(options)).Error(error);
            return Status.DriverAborted;
        }

        return Status.DriverRunning;
    }

    /// <inheritdoc/>
    public Status Stop(bool failover = false)
    {
        lock (gate)
        {
            if (status is not (Status.DriverRunning or Status.DriverAborted))
            {
                return status;
            }

            if (node?.Process is { } process)
            {
                process.Running = false;
                process.Dispatch(() => process.Stop(failover));
            }

            Status before = status;
            status = Status.DriverStopped;
            return before == Status.DriverAborted ? before : status;
        }
    }

    /// <inheritdoc/>
    public Status Abort()
    {
        lock (gate)
        {
            if (status == Status.DriverRunning)
            {
                SchedulerProcess process = node!.Process;
                process.Running = false;
                process.Dispatch(process.Abort);
                status = Status.DriverAborted;
            }

            return status;
        }
    }

    /// <inheritdoc/>
    public Status Join()
    {
        if (node is { Process.IsCurrent: true })
        {
            throw new InvalidOperationException("Join inside a callback would wait for itself");
        }

        if (node is not null)
        {
            ended.Task.GetAwaiter().GetResult();
        }

        return Status;
    }

    /// <inheritdoc/>
    public async Task<Status> JoinAsync(CancellationToken cancellation = default)
    {
        if (node is not null)
        {
            await ended.Task.WaitAsync(cancellation);
        }

        return Status;
    }

    /// <inheritdoc/>
    public Status Run()
    {
        Status started = Start();
        return started == Status.DriverRunning ? Join() : started;
    }

    /// <inheritdoc/>
    public Task<Status> RunAsync(CancellationToken cancellation = default)
    {
        Status started = Start();
        return started == Status.DriverRunning ? JoinAsync(cancellation) : Task.FromResult(started);
    }

    /// <inheritdoc/>
    public Status RequestResources(IEnumerable<Request> requests)
    {
        Request[] copies = Arguments.Copies(requests);
        return Submit(process => process.Ask(state => Calls.Request(state, copies)));
    }

    /// <inheritdoc/>
    public Status LaunchTasks(IEnumerable<OfferID> offerIds, IEnumerable<TaskInfo> tasks, Filters? filters = null)
    {
        var launch = new Offer.Types.Operation
        {
            Type = Offer.Types.Operation.Types.Type.Launch,
            Launch = new Offer.Types.Operation.Types.Launch(),
        };
        launch.Launch.TaskInfos.AddRange(Arguments.Copies(tasks));
        return Accept(Arguments.Copies(offerIds), [launch], filters);
    }

    /// <inheritdoc/>
    public Status LaunchTasks(OfferID offerId, IEnumerable<TaskInfo> tasks, Filters? filters = null) =>
        LaunchTasks([offerId], tasks, filters);

    /// <inheritdoc/>
    public Status AcceptOffers(IEnumerable<OfferID> offerIds, IEnumerable<Offer.Types.Operation> operations, Filters? filters = null)
    {
        Offer.Types.Operation[] copies = Arguments.Copies(operations);
        if (copies.Any(operation => operation.Id is not null))
        {
            throw new ArgumentException(
                "An operation has an id, but this driver could not tell its status: use the v1 API for operation feedback",
                nameof(operations));
        }

        return Accept(Arguments.Copies(offerIds), copies, filters);
    }

    /// <inheritdoc/>
    public Status DeclineOffer(OfferID offerId, Filters? filters = null)
    {
        (OfferID offer, Filters copy) = (Arguments.Copy(offerId), Arguments.Copy(filters ?? new Filters()));
        return Submit(process => process.Decline(offer, copy));
    }

    /// <inheritdoc/>
    public Status KillTask(TaskID taskId)
    {
        TaskID task = Arguments.Copy(taskId);
        return Submit(process => process.Ask(state => Calls.Kill(state, task)));
    }

    /// <inheritdoc/>
    public Status ReviveOffers() => Submit(process => process.Revive([]));

    /// <inheritdoc/>
    public Status ReviveOffers(IEnumerable<string> roles)
    {
        string[] copies = [.. roles];
        return copies.Length == 0 ? Status : Submit(process => process.Revive(copies));
    }

    /// <inheritdoc/>
    public Status SuppressOffers() => Submit(process => process.Suppress([]));

    /// <inheritdoc/>
    public Status SuppressOffers(IEnumerable<string> roles)
    {
        string[] copies = [.. roles];
        return copies.Length == 0 ? Status : Submit(process => process.Suppress(copies));
    }

    /// <inheritdoc/>
    public Status AcknowledgeStatusUpdate(TaskStatus status)
    {
        TaskStatus copy = Arguments.Copy(status);
        if (options.ImplicitAcknowledgements && Status == Status.DriverRunning)
        {
            throw new InvalidOperationException("This driver acknowledges implicitly: switch ImplicitAcknowledgements off to acknowledge updates yourself");
        }

        return Submit(process => process.Acknowledge(copy));
    }

    /// <inheritdoc/>
    public Status SendFrameworkMessage(ExecutorID executorId, SlaveID slaveId, ReadOnlyMemory<byte> data)
    {
        (ExecutorID executor, SlaveID agent) = (Arguments.Copy(executorId), Arguments.Copy(slaveId));
        ByteString copy = ByteString.CopyFrom(data.Span);
        return Submit(process => process.SendMessage(executor, agent, copy));
    }

    /// <inheritdoc/>
    public Status ReconcileTasks(IEnumerable<TaskStatus> statuses)
    {
        TaskStatus[] copies = Arguments.Copies(statuses);
        return Submit(process => process.Ask(state => Calls.Reconcile(state, copies)));
    }

    /// <inheritdoc/>
    public Status UpdateFramework(FrameworkInfo frameworkInfo, IEnumerable<string> suppressedRoles, OfferConstraints? offerConstraints = null)
    {
        FrameworkInfo info = MachineIdentity.FillIn(Arguments.Copy(frameworkInfo));
        IReadOnlyCollection<string> roles = Arguments.Roles(suppressedRoles);
        OfferConstraints constraints = Arguments.Copy(offerConstraints ?? new OfferConstraints());
        return Submit(process => process.Update(info, roles, constraints));
    }

    /// <summary>
    /// Ends the driver, as <see cref="Stop"/> with failover where it still runs, and frees what it owns. Not to be awaited inside
    /// a callback.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        Stop(failover: true);
        if (node is not null)
        {
            await node.DisposeAsync();
        }
    }

    /// <summary>The process has ended or is aborted. A node that ends takes its drivers with it.</summary>
    private void Ended()
    {
        lock (gate)
        {
            status = status == Status.DriverRunning ? Status.DriverStopped : status;
        }

        ended.TrySet(true);
    }

    private Status Accept(OfferID[] offers, Offer.Types.Operation[] operations, Filters? filters)
    {
        Filters copy = Arguments.Copy(filters ?? new Filters());
        return Submit(process => process.Accept(offers, operations, copy));
    }

    private Status Submit(Action<SchedulerProcess> request)
    {
        lock (gate)
        {
            if (status == Status.DriverRunning)
            {
                SchedulerProcess process = node!.Process;
                process.Dispatch(() => request(process), nameof(Submit));
            }

            return status;
        }
    }
}
