using Google.Protobuf;
using LibProcess.Futures;
using LibProcess.Processes;
using Mesos.Common.Messages;
using Mesos.Common.Versions;
using Mesos.Proto;
using Microsoft.Extensions.Logging;

namespace Mesos.Exec;

/// <summary>Runs an <see cref="IExecutor"/> under a Mesos agent, old or new, over the wire of libprocess.</summary>
/// <remarks>
/// <para>
/// Everything it must know comes from the environment that the agent gives to the program: <c>MESOS_SLAVE_PID</c>,
/// <c>MESOS_SLAVE_ID</c>, <c>MESOS_FRAMEWORK_ID</c>, <c>MESOS_EXECUTOR_ID</c>, <c>MESOS_DIRECTORY</c>, and optionally
/// <c>MESOS_CHECKPOINT</c>, <c>MESOS_RECOVERY_TIMEOUT</c>, <c>MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD</c>, <c>MESOS_LOCAL</c>.
/// </para>
/// <para>Upstream: <c>MesosExecutorDriver</c> in include/mesos/executor.hpp. Safe from any thread.</para>
/// </remarks>
/// <example>
/// <code>
/// await using var driver = new MesosExecutorDriver(new MyExecutor());
/// return await driver.RunAsync() == Status.DriverStopped ? 0 : 1;
/// </code>
/// </example>
public sealed class MesosExecutorDriver : IExecutorDriver, IAsyncDisposable
{
    // Unlike the process behind it, the driver is used by any thread: status and process change together.
    private readonly Lock gate = new();
    private readonly Promise<bool> ended = new();
    private readonly ExecutorCallbacks callbacks;
    private readonly ExecutorDriverOptions options;
    private Status status = Status.DriverNotStarted;
    private ProcessManager? ownManager;
    private ExecutorProcess? process;

    /// <summary>Creates a driver; nothing happens before <see cref="Start"/>.</summary>
    /// <param name="executor">Gets the callbacks.</param>
    /// <param name="options">Null for the defaults.</param>
    public MesosExecutorDriver(IExecutor executor, ExecutorDriverOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(executor);
        this.options = options ?? new ExecutorDriverOptions();
        ILoggerFactory loggers = this.options.Manager?.LoggerFactory ?? this.options.LoggerFactory;
        callbacks = new ExecutorCallbacks(executor, this, loggers.CreateLogger<MesosExecutorDriver>());
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

            error = TryStart();
            status = error is null ? Status.DriverRunning : Status.DriverAborted;
        }

        if (error is not null)
        {
            callbacks.Error(error);
            return Status.DriverAborted;
        }

        return Status.DriverRunning;
    }

    /// <inheritdoc/>
    public Status Stop()
    {
        lock (gate)
        {
            if (status is not (Status.DriverRunning or Status.DriverAborted))
            {
                return status;
            }

            // What was handed to the driver before is sent first.
            process?.Terminate(inject: false);
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
                process!.Aborted = true;
                process.Dispatch(process.Abort);
                status = Status.DriverAborted;
            }

            return status;
        }
    }

    /// <inheritdoc/>
    public Status Join()
    {
        if (Status != Status.DriverRunning)
        {
            return Status;
        }

        if (process!.IsCurrent)
        {
            throw new InvalidOperationException("Join inside a callback would wait for itself");
        }

        ended.Task.GetAwaiter().GetResult();
        return Status;
    }

    /// <inheritdoc/>
    public async Task<Status> JoinAsync(CancellationToken cancellation = default)
    {
        if (Status == Status.DriverRunning)
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
    public Status SendStatusUpdate(TaskStatus status)
    {
        ArgumentNullException.ThrowIfNull(status);
        if (!status.IsInitialized())
        {
            throw new ArgumentException($"The status lacks required fields: {status.FindMissingFields()}", nameof(status));
        }

        if (status.State == TaskState.TaskStaging)
        {
            throw new ArgumentException("TASK_STAGING is not for executors to report: an agent would shut this one down", nameof(status));
        }

        TaskStatus copy = status.Clone();
        return Submit(target => target.SendStatusUpdate(copy));
    }

    /// <inheritdoc/>
    public Status SendFrameworkMessage(ReadOnlyMemory<byte> data)
    {
        ByteString copy = ByteString.CopyFrom(data.Span);
        return Submit(target => target.SendMessage(copy));
    }

    /// <summary>
    /// Completes when the agent has confirmed every update given before: a program that ends then loses none. Cancelled when the
    /// driver is stopped first; at once where it never ran.
    /// </summary>
    /// <param name="cancellation">Ends the waiting, not the driver.</param>
    public Task SettleAsync(CancellationToken cancellation = default)
    {
        ExecutorProcess? target;
        lock (gate)
        {
            target = process;
        }

        return target is null ? Task.CompletedTask : target.CallAsync(target.SettleAsync, nameof(SettleAsync)).WaitAsync(cancellation);
    }

    /// <summary>Ends the driver, as <see cref="Stop"/> does where it still runs, and frees what it owns. Not to be awaited inside a callback.</summary>
    /// <remarks>After a shutdown the grace period goes on: a program that has not ended when it is over is killed all the same.</remarks>
    public async ValueTask DisposeAsync()
    {
        Stop();
        if (process is not null)
        {
            await (options.Manager ?? ownManager!).WaitAsync(process);
        }

        if (ownManager is not null && process is not { IsGuarded: true })
        {
            await ownManager.DisposeAsync();
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

    private string? TryStart()
    {
        IReadOnlyDictionary<string, string> variables = options.Environment ?? ProcessEnvironment.Current();
        if (!ExecutorEnvironment.TryRead(variables, out ExecutorEnvironment? environment, out string? error))
        {
            return error;
        }

        try
        {
            ProcessManager manager = options.Manager ?? (ownManager = ProcessManager.Start(OwnNode(variables)));
            VersionProcess.EnsureOn(manager);
            process = new ExecutorProcess(manager, environment, callbacks, options.KillProcessGroup, Ended);
            manager.Spawn(process);
            return null;
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or FormatException or ProcessEnvironmentException)
        {
            return $"Failed to start the driver: {exception.Message}";
        }
    }

    private ProcessManagerOptions OwnNode(IReadOnlyDictionary<string, string> variables) =>
        ProcessEnvironment.Read(variables, WireMessageSchema.ApplyTo(new ProcessManagerOptions { LoggerFactory = options.LoggerFactory }));

    private Status Submit(Action<ExecutorProcess> request)
    {
        lock (gate)
        {
            if (status == Status.DriverRunning)
            {
                ExecutorProcess target = process!;
                target.Dispatch(() => request(target), nameof(Submit));
            }

            return status;
        }
    }
}
