using Mesos.Proto;

namespace Mesos.Sched;

/// <summary>What a framework implements: the driver calls it when the master has something to say.</summary>
/// <remarks>
/// <para>
/// Callbacks come one at a time and in the order of the master's messages, on a thread of the driver. A callback that blocks
/// holds up all later ones; long work belongs elsewhere, and its results may be handed to the driver from any thread.
/// </para>
/// <para>
/// An exception that leaves a callback aborts the driver and is reported to <see cref="Error"/>, unless it left that very
/// method, in which case it is only logged. (The original ends the program.)
/// </para>
/// <para>
/// Messages given to a callback belong to the scheduler from then on. The <c>driver</c> argument is always the driver that runs
/// this scheduler. Members with an empty body here may be left out by an implementation.
/// </para>
/// <para>Upstream: <c>Scheduler</c> in include/mesos/scheduler.hpp.</para>
/// </remarks>
public interface IScheduler
{
    /// <summary>
    /// The master accepted the framework: the first time, after this scheduler took a framework over from another, or when a
    /// new master learned of the framework from its agents only.
    /// </summary>
    /// <param name="driver">The driver.</param>
    /// <param name="frameworkId">The id the framework has from now on. Keep it to take the framework over later.</param>
    /// <param name="masterInfo">The master that accepted it.</param>
    void Registered(ISchedulerDriver driver, FrameworkID frameworkId, MasterInfo masterInfo);

    /// <summary>The connection to a master exists again after <see cref="Disconnected"/>.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="masterInfo">The master, often another one than before.</param>
    void Reregistered(ISchedulerDriver driver, MasterInfo masterInfo)
    {
    }

    /// <summary>The master is gone or another one leads. The driver reconnects by itself; outstanding offers are void.</summary>
    /// <param name="driver">The driver.</param>
    void Disconnected(ISchedulerDriver driver)
    {
    }

    /// <summary>
    /// Resources are offered. Each offer is for one agent, and stays with the framework until it is accepted, declined or
    /// rescinded.
    /// </summary>
    /// <param name="driver">The driver.</param>
    /// <param name="offers">At least one.</param>
    void ResourceOffers(ISchedulerDriver driver, IReadOnlyList<Offer> offers);

    /// <summary>An offer is no longer valid. Not every loss of an offer is told; launching from a void one yields TASK_LOST or TASK_DROPPED.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="offerId">The offer.</param>
    void OfferRescinded(ISchedulerDriver driver, OfferID offerId)
    {
    }

    /// <summary>
    /// A task changed its state. With implicit acknowledgements the update counts as received when this returns; otherwise
    /// acknowledge it with <see cref="ISchedulerDriver.AcknowledgeStatusUpdate"/> where it carries a <c>uuid</c>. Until then it
    /// is sent again, so the same update can come several times.
    /// </summary>
    /// <param name="driver">The driver.</param>
    /// <param name="status">The new state; <c>uuid</c> is set exactly where an acknowledgement is expected.</param>
    void StatusUpdate(ISchedulerDriver driver, TaskStatus status);

    /// <summary>An executor sent a message. Such messages are neither retried nor ordered with status updates.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="executorId">The sender.</param>
    /// <param name="slaveId">The agent on which the sender runs.</param>
    /// <param name="data">Whatever the executor sent.</param>
    void FrameworkMessage(ISchedulerDriver driver, ExecutorID executorId, SlaveID slaveId, ReadOnlyMemory<byte> data)
    {
    }

    /// <summary>An agent was declared unreachable, gone or shut down. Best effort: the tasks' own updates are the reliable part.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="slaveId">The agent.</param>
    void SlaveLost(ISchedulerDriver driver, SlaveID slaveId)
    {
    }

    /// <summary>An executor ended. Best effort; updates for its tasks come separately.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="executorId">The executor.</param>
    /// <param name="slaveId">The agent on which it ran.</param>
    /// <param name="status">Its exit status as <c>wait(2)</c> gives it; -1 where unknown.</param>
    void ExecutorLost(ISchedulerDriver driver, ExecutorID executorId, SlaveID slaveId, int status)
    {
    }

    /// <summary>Something went wrong for good. The driver is aborted already; it will call nothing any more.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="message">What happened, as a sentence for people.</param>
    void Error(ISchedulerDriver driver, string message);
}
