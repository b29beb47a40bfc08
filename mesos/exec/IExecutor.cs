using Mesos.Proto;

namespace Mesos.Exec;

/// <summary>What runs tasks implements: the driver calls it when the agent has something to say.</summary>
/// <remarks>
/// <para>
/// Callbacks come one at a time and in the order of the agent's messages, on a thread of the driver. A callback that blocks holds
/// up all later ones, so a task that takes long runs elsewhere and reports through the driver, from any thread.
/// </para>
/// <para>
/// An exception that leaves a callback aborts the driver and is reported to <see cref="Error"/>, unless it left that very
/// method, in which case it is only logged. (The original ends the program.)
/// </para>
/// <para>
/// Messages given to a callback belong to the executor from then on. The <c>driver</c> argument is always the driver that runs
/// this executor. Members with an empty body here may be left out by an implementation.
/// </para>
/// <para>Upstream: <c>Executor</c> in include/mesos/executor.hpp.</para>
/// </remarks>
public interface IExecutor
{
    /// <summary>The agent accepted the executor; tasks follow.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="executorInfo">The executor as the framework described it; <c>data</c> is for it.</param>
    /// <param name="frameworkInfo">The framework.</param>
    /// <param name="slaveInfo">The agent.</param>
    void Registered(IExecutorDriver driver, ExecutorInfo executorInfo, FrameworkInfo frameworkInfo, SlaveInfo slaveInfo)
    {
    }

    /// <summary>The agent was restarted and knows the executor again.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="slaveInfo">The agent.</param>
    void Reregistered(IExecutorDriver driver, SlaveInfo slaveInfo)
    {
    }

    /// <summary>
    /// The agent is gone for now, for example because it is upgraded. Tasks go on; updates are kept until it is back. Comes for
    /// frameworks that checkpoint only: others' executors shut down.
    /// </summary>
    /// <param name="driver">The driver.</param>
    /// <remarks>The original declares this callback but never makes it.</remarks>
    void Disconnected(IExecutorDriver driver)
    {
    }

    /// <summary>A task is to be run. No other callback comes before this returns.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="task">The task; report TASK_RUNNING and later a terminal state for it.</param>
    void LaunchTask(IExecutorDriver driver, TaskInfo task);

    /// <summary>A task is to be ended; report TASK_KILLED when it is. May come while disconnected, and several times.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="taskId">The task.</param>
    void KillTask(IExecutorDriver driver, TaskID taskId);

    /// <summary>As <see cref="KillTask(IExecutorDriver, TaskID)"/>, which it calls, with how the framework wants it done.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="killPolicy">Takes precedence over the policy in the task; null where the kill came without one.</param>
    void KillTask(IExecutorDriver driver, TaskID taskId, KillPolicy? killPolicy) => KillTask(driver, taskId);

    /// <summary>The framework sent a message. Such messages are neither retried nor ordered with anything.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="data">Whatever the framework sent.</param>
    void FrameworkMessage(IExecutorDriver driver, ReadOnlyMemory<byte> data)
    {
    }

    /// <summary>
    /// The executor is to end all tasks and itself. Updates may still be sent. After the grace period (5 seconds unless the
    /// agent says otherwise) its process group is killed.
    /// </summary>
    /// <param name="driver">The driver; stop it when done.</param>
    void Shutdown(IExecutorDriver driver);

    /// <summary>Something went wrong for good. The driver is aborted already; it will call nothing any more.</summary>
    /// <param name="driver">The driver.</param>
    /// <param name="message">What happened, as a sentence for people.</param>
    void Error(IExecutorDriver driver, string message);
}
