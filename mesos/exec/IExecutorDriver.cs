using Mesos.Proto;

namespace Mesos.Exec;

/// <summary>Connects an <see cref="IExecutor"/> with the agent that started it.</summary>
/// <remarks>
/// <para>
/// Every method may be called from any thread and from callbacks, returns at once, and takes effect in the order of the calls.
/// Messages are copied; the caller may change or reuse them.
/// </para>
/// <para>
/// The result is the state of the driver after the call. Methods other than <see cref="Start"/> do nothing unless it is
/// <see cref="Status.DriverRunning"/>.
/// </para>
/// <para>Upstream: <c>ExecutorDriver</c> in include/mesos/executor.hpp.</para>
/// </remarks>
public interface IExecutorDriver
{
    /// <summary>Starts the driver: it registers with the agent named in its environment. Works once.</summary>
    /// <returns>
    /// <see cref="Status.DriverRunning"/>; or <see cref="Status.DriverAborted"/> after <see cref="IExecutor.Error"/> was told
    /// why. A driver that was started before keeps its state.
    /// </returns>
    Status Start();

    /// <summary>Ends the driver, which ends neither tasks nor the program.</summary>
    /// <returns><see cref="Status.DriverStopped"/>; or <see cref="Status.DriverAborted"/> where the driver had been aborted.</returns>
    Status Stop();

    /// <summary>Ends callbacks. Updates and messages given before are still sent. A later <see cref="Stop"/> still works.</summary>
    Status Abort();

    /// <summary>Blocks until the driver is stopped or aborted; at once where it does not run.</summary>
    /// <exception cref="InvalidOperationException">Called inside a callback, which would wait for itself.</exception>
    Status Join();

    /// <summary>Completes when the driver is stopped or aborted; at once where it does not run.</summary>
    /// <param name="cancellation">Ends the waiting, not the driver.</param>
    Task<Status> JoinAsync(CancellationToken cancellation = default);

    /// <summary><see cref="Start"/>, then <see cref="Join"/>.</summary>
    Status Run();

    /// <summary><see cref="Start"/>, then <see cref="JoinAsync"/>.</summary>
    /// <param name="cancellation">Ends the waiting, not the driver.</param>
    Task<Status> RunAsync(CancellationToken cancellation = default);

    /// <summary>
    /// Reports the state of a task. The driver adds agent, time and a fresh <c>uuid</c>, and keeps the update until the agent
    /// has stored it; an agent that comes back after a restart gets what it has not.
    /// </summary>
    /// <param name="status">With <c>task_id</c> and <c>state</c>.</param>
    /// <exception cref="ArgumentException">
    /// A required field is missing, or the state is TASK_STAGING, for which agents shut an executor down.
    /// </exception>
    Status SendStatusUpdate(TaskStatus status);

    /// <summary>Sends a message to the framework's scheduler: not retried, delivered at most once.</summary>
    /// <param name="data">Whatever the scheduler understands.</param>
    Status SendFrameworkMessage(ReadOnlyMemory<byte> data);
}
