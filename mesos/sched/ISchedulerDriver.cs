using Mesos.Proto;
using Mesos.Proto.Scheduler;

namespace Mesos.Sched;

/// <summary>Connects an <see cref="IScheduler"/> with a master: its life cycle, and everything it can ask of the cluster.</summary>
/// <remarks>
/// <para>
/// Every method may be called from any thread and from callbacks, returns at once, and takes effect in the order of the calls.
/// Calls made inside a callback take effect after it has returned. Messages are copied; the caller may change or reuse them.
/// </para>
/// <para>
/// The result is the state of the driver after the call. Methods other than <see cref="Start"/> do nothing unless it is
/// <see cref="Status.DriverRunning"/>. While no master is connected requests are dropped, except where said otherwise.
/// </para>
/// <para>Upstream: <c>SchedulerDriver</c> in include/mesos/scheduler.hpp.</para>
/// </remarks>
public interface ISchedulerDriver
{
    /// <summary>Starts the driver: it looks for the leading master and registers the framework. Works once.</summary>
    /// <returns>
    /// <see cref="Status.DriverRunning"/>; or <see cref="Status.DriverAborted"/> after <see cref="IScheduler.Error"/> was told
    /// why. A driver that was started before keeps its state.
    /// </returns>
    Status Start();

    /// <summary>Ends the driver.</summary>
    /// <param name="failover">
    /// False removes the framework with all its tasks and executors. True leaves them running, for
    /// <c>FrameworkInfo.failover_timeout</c> seconds, so that another driver with the same framework id can take over.
    /// </param>
    /// <returns><see cref="Status.DriverStopped"/>; or <see cref="Status.DriverAborted"/> where the driver had been aborted.</returns>
    Status Stop(bool failover = false);

    /// <summary>
    /// Ends callbacks, and offers to this framework, but leaves it registered. Requests made before are still sent. A later
    /// <see cref="Stop"/> still works.
    /// </summary>
    Status Abort();

    /// <summary>Blocks until the driver is stopped or aborted; at once where it never ran.</summary>
    /// <exception cref="InvalidOperationException">Called inside a callback, which would wait for itself.</exception>
    Status Join();

    /// <summary>Completes when the driver is stopped or aborted; at once where it never ran.</summary>
    /// <param name="cancellation">Ends the waiting, not the driver.</param>
    Task<Status> JoinAsync(CancellationToken cancellation = default);

    /// <summary><see cref="Start"/>, then <see cref="Join"/>.</summary>
    Status Run();

    /// <summary><see cref="Start"/>, then <see cref="JoinAsync"/>.</summary>
    /// <param name="cancellation">Ends the waiting, not the driver.</param>
    Task<Status> RunAsync(CancellationToken cancellation = default);

    /// <summary>Tells the allocator what the framework would like to be offered. The built-in allocator takes no notice.</summary>
    /// <exception cref="ArgumentException">A request lacks a required field.</exception>
    Status RequestResources(IEnumerable<Request> requests);

    /// <summary>
    /// Starts tasks on offered resources; what they do not use is declined. Without tasks the offers are declined entirely.
    /// While no master is connected each task is answered at once with TASK_DROPPED (TASK_LOST for frameworks that are not
    /// partition-aware), REASON_MASTER_DISCONNECTED.
    /// </summary>
    /// <param name="offerIds">Offers of one agent and one role; their resources are pooled.</param>
    /// <param name="tasks">Each with a <c>task_id</c> never used before.</param>
    /// <param name="filters">How long the rest is not offered again; null is 5 seconds.</param>
    /// <exception cref="ArgumentException">A message lacks a required field.</exception>
    Status LaunchTasks(IEnumerable<OfferID> offerIds, IEnumerable<TaskInfo> tasks, Filters? filters = null);

    /// <summary>Starts tasks on one offer.</summary>
    /// <inheritdoc cref="LaunchTasks(IEnumerable{OfferID}, IEnumerable{TaskInfo}, Filters)"/>
    Status LaunchTasks(OfferID offerId, IEnumerable<TaskInfo> tasks, Filters? filters = null);

    /// <summary>
    /// Performs operations (launch, reserve, create ...) in sequence on offered resources; the rest is declined. While no
    /// master is connected, launches are answered as <see cref="LaunchTasks(IEnumerable{OfferID}, IEnumerable{TaskInfo}, Filters)"/>
    /// says and other operations are dropped.
    /// </summary>
    /// <param name="offerIds">Offers of one agent and one role; their resources are pooled.</param>
    /// <param name="operations">Without <c>id</c>: their status could not be told through this driver.</param>
    /// <param name="filters">How long the rest is not offered again; null is 5 seconds.</param>
    /// <exception cref="ArgumentException">An operation has an <c>id</c>, or a message lacks a required field.</exception>
    Status AcceptOffers(IEnumerable<OfferID> offerIds, IEnumerable<Offer.Types.Operation> operations, Filters? filters = null);

    /// <summary>Declines an offer; allowed at any time while it is outstanding.</summary>
    /// <param name="offerId">The offer.</param>
    /// <param name="filters">How long its resources are not offered again; null is 5 seconds.</param>
    Status DeclineOffer(OfferID offerId, Filters? filters = null);

    /// <summary>Asks for a task to be killed; its executor reports the end. Not retried: ask again where no update comes.</summary>
    Status KillTask(TaskID taskId);

    /// <summary>
    /// Removes all decline filters and all suppression. Without a master the driver remembers it and tells the next one.
    /// </summary>
    Status ReviveOffers();

    /// <summary>As <see cref="ReviveOffers()"/> for some roles; nothing happens where the list is empty.</summary>
    Status ReviveOffers(IEnumerable<string> roles);

    /// <summary>
    /// Stops offers for all roles until they are revived. Without a master the driver remembers it and tells the next one.
    /// </summary>
    Status SuppressOffers();

    /// <summary>As <see cref="SuppressOffers()"/> for some roles; nothing happens where the list is empty.</summary>
    Status SuppressOffers(IEnumerable<string> roles);

    /// <summary>Acknowledges an update. Call it when the update is stored; without a <c>uuid</c> in it nothing is sent.</summary>
    /// <param name="status">As it was given to <see cref="IScheduler.StatusUpdate"/>.</param>
    /// <exception cref="InvalidOperationException">The driver acknowledges implicitly. (The original ends the program.)</exception>
    Status AcknowledgeStatusUpdate(TaskStatus status);

    /// <summary>Sends a message to an executor: not retried, delivered at most once.</summary>
    /// <param name="executorId">The receiver.</param>
    /// <param name="slaveId">The agent on which it runs.</param>
    /// <param name="data">Whatever the executor understands.</param>
    Status SendFrameworkMessage(ExecutorID executorId, SlaveID slaveId, ReadOnlyMemory<byte> data);

    /// <summary>
    /// Asks for the latest state of tasks; the answers are status updates without <c>uuid</c>, REASON_RECONCILIATION.
    /// </summary>
    /// <param name="statuses"><c>task_id</c> and, where known, <c>slave_id</c> are used. None at all asks for every known task.</param>
    /// <exception cref="ArgumentException">A status lacks a required field.</exception>
    Status ReconcileTasks(IEnumerable<TaskStatus> statuses);

    /// <summary>
    /// Changes the framework's description, suppressed roles and offer constraints, now and for every later registration. A
    /// description the master refuses is told through <see cref="IScheduler.Error"/>. Without a master the driver remembers it
    /// and tells the next one.
    /// </summary>
    /// <param name="frameworkInfo">With the id the framework has; user and host name are filled in where empty.</param>
    /// <param name="suppressedRoles">All roles that get no offers.</param>
    /// <param name="offerConstraints">Which agents may be offered to which role; null is no constraint.</param>
    /// <exception cref="ArgumentException">A role occurs twice, or a required field is missing.</exception>
    Status UpdateFramework(FrameworkInfo frameworkInfo, IEnumerable<string> suppressedRoles, OfferConstraints? offerConstraints = null);
}
