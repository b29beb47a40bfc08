using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Processes;
using LibProcess.Time;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Microsoft.Extensions.Logging;

namespace Mesos.Exec;

/// <summary>The executor's side of the conversation with the agent.</summary>
/// <remarks>
/// Registers exactly once, as the original does: an agent that did not hear it ends the executor after its registration timeout.
/// Upstream: <c>ExecutorProcess</c> in src/exec/exec.cpp.
/// </remarks>
internal sealed partial class ExecutorProcess : ProcessBase
{
    private readonly ExecutorEnvironment environment;
    private readonly ExecutorCallbacks callbacks;
    private readonly Action killProcessGroup;
    private readonly Action ended;
    private readonly Unacknowledged unacknowledged = new();
    private readonly ILogger logger;
    private volatile bool aborted;
    private volatile bool isGuarded;
    private UPid agent;
    private bool connected;
    private ProcessTimer? recoveryTimer;
    private Promise<bool>? settled;

    public ExecutorProcess(
        ProcessManager manager,
        ExecutorEnvironment environment,
        ExecutorCallbacks callbacks,
        Action killProcessGroup,
        Action ended)
        : base(manager, manager.Ids.Generate("executor"))
    {
        (this.environment, this.callbacks, this.killProcessGroup, this.ended) = (environment, callbacks, killProcessGroup, ended);
        agent = environment.Agent;
        logger = CreateLogger<ExecutorProcess>();
    }

    /// <summary>
    /// True from the moment the driver is aborted, on whatever thread, or the executor was told to shut down: what the agent
    /// says is not told to the executor any more. What the executor says is still sent.
    /// </summary>
    public bool Aborted
    {
        get => aborted;
        set => aborted = value;
    }

    /// <summary>Whether the program is killed when the grace period of a shutdown is over, unless it has ended before.</summary>
    public bool IsGuarded => isGuarded;

    /// <summary>Whether the code that asks is called by this process.</summary>
    public bool IsCurrent => OnProcess;

    protected override void Initialize()
    {
        // As with the original, the sender is not checked: a restarted agent may come back under another address.
        Install<ExecutorRegisteredMessage>((_, m) => WhileAlive(() => Registered(m)));
        Install<ExecutorReregisteredMessage>((_, m) => WhileAlive(() => Reregistered(m)));
        Install<ReconnectExecutorMessage>((from, m) => WhileAlive(() => Reconnect(from, m)));
        Install<RunTaskMessage>((_, m) => WhileAlive(() => RunTask(m.Task)));
        Install<KillTaskMessage>((_, m) => WhileAlive(() => KillTask(m)));
        Install<StatusUpdateAcknowledgementMessage>((_, m) => Acknowledged(m)); // Also while shutting down: nobody is called back.
        Install<FrameworkToExecutorMessage>((_, m) => WhileAlive(() => MessageReceived(m)));
        Install<ShutdownExecutorMessage>((_, _) => WhileAlive(Shutdown));

        Link(agent);
        Send(agent, new RegisterExecutorMessage
        {
            FrameworkId = environment.FrameworkId.Clone(),
            ExecutorId = environment.ExecutorId.Clone(),
        });
    }

    protected override void OnTerminate()
    {
        settled?.TryCancel();
        ended();
    }

    protected override void Exited(UPid pid)
    {
        // The link to an agent's former address may end after the agent came back under another.
        if (aborted || pid != agent)
        {
            return;
        }

        if (environment.Checkpoint && connected)
        {
            LogAgentGone(environment.RecoveryTimeout, environment.AgentId.Value);
            connected = false;
            recoveryTimer = Delay(environment.RecoveryTimeout, RecoveryTimedOut);
            callbacks.Disconnected();
            return;
        }

        LogAgentExited();
        connected = false;
        Shutdown();
    }

    // What the executor says.

    public void SendStatusUpdate(TaskStatus status)
    {
        Guid uuid = Random.NewUuid();
        ByteString bytes = UuidBytes.ToByteString(uuid);
        double now = Timestamps.ToSeconds(Clock.GetUtcNow());
        status.Timestamp = now;
        status.Uuid = bytes;
        status.SlaveId = environment.AgentId.Clone();
        var update = new StatusUpdate
        {
            FrameworkId = environment.FrameworkId.Clone(),
            ExecutorId = environment.ExecutorId.Clone(),
            SlaveId = environment.AgentId.Clone(),
            Status = status,
            Timestamp = now,
            Uuid = bytes,
        };
        unacknowledged.Add(uuid, update);
        Send(agent, new StatusUpdateMessage { Update = update.Clone(), Pid = Self.ToString() });
    }

    /// <summary>Completes when the agent has confirmed every update sent so far and since; cancelled when the process ends.</summary>
    public Task SettleAsync() => unacknowledged.IsSettled ? Task.CompletedTask : (settled ??= new Promise<bool>()).Task;

    public void SendMessage(ByteString data) => Send(agent, new ExecutorToFrameworkMessage
    {
        SlaveId = environment.AgentId.Clone(),
        FrameworkId = environment.FrameworkId.Clone(),
        ExecutorId = environment.ExecutorId.Clone(),
        Data = data,
    });

    /// <summary>The process stays, deaf, because a stop may follow.</summary>
    public void Abort()
    {
        LogAborted();
        ended();
    }

    // What the agent says.

    private void Registered(ExecutorRegisteredMessage message)
    {
        LogRegistered(message.SlaveId.Value);
        Connect();
        callbacks.Registered(message.ExecutorInfo, message.FrameworkInfo, message.SlaveInfo);
    }

    private void Reregistered(ExecutorReregisteredMessage message)
    {
        LogReregistered(message.SlaveId.Value);
        Connect();
        callbacks.Reregistered(message.SlaveInfo);
    }

    private void Reconnect(UPid from, ReconnectExecutorMessage message)
    {
        LogReconnect(message.SlaveId.Value, from);
        agent = from;

        // A connection to the agent's former life may look alive for long.
        Link(agent, LinkMode.Reconnect);

        var answer = new ReregisterExecutorMessage
        {
            ExecutorId = environment.ExecutorId.Clone(),
            FrameworkId = environment.FrameworkId.Clone(),
        };
        answer.Updates.AddRange(unacknowledged.Updates.Select(update => update.Clone()));
        answer.Tasks.AddRange(unacknowledged.Tasks.Select(task => task.Clone()));
        Send(agent, answer);
    }

    private void RunTask(TaskInfo task)
    {
        if (!connected)
        {
            LogIgnoredDisconnected("run task", task.TaskId.Value);
        }
        else if (!unacknowledged.TryAdd(task.Clone()))
        {
            LogDuplicateTask(task.TaskId.Value);
        }
        else
        {
            callbacks.LaunchTask(task);
        }
    }

    // Told even while disconnected: the executor may want to end the task, or itself.
    private void KillTask(KillTaskMessage message) => callbacks.KillTask(message.TaskId, message.KillPolicy);

    private void Acknowledged(StatusUpdateAcknowledgementMessage message)
    {
        if (!UuidBytes.TryParse(message.Uuid, out Guid uuid))
        {
            LogMalformedUuid(message.TaskId.Value);
        }
        else if (!connected)
        {
            LogIgnoredDisconnected("acknowledgement", message.TaskId.Value);
        }
        else if (!unacknowledged.Acknowledge(uuid, message.TaskId))
        {
            LogUnknownUpdate(uuid, message.TaskId.Value);
        }
        else if (unacknowledged.IsSettled)
        {
            settled?.TrySet(true);
            settled = null;
        }
    }

    private void MessageReceived(FrameworkToExecutorMessage message)
    {
        if (connected)
        {
            callbacks.FrameworkMessage(message.Data.Memory);
        }
        else
        {
            LogIgnoredDisconnected("framework message", message.ExecutorId.Value);
        }
    }

    private void Shutdown()
    {
        LogShutdown();
        recoveryTimer?.Dispose();
        if (!environment.IsLocal)
        {
            isGuarded = true;
            Manager.Spawn(new ShutdownGuardProcess(Manager, environment.ShutdownGracePeriod, killProcessGroup));
        }

        callbacks.Shutdown();
        aborted = true;
        if (environment.IsLocal)
        {
            Terminate();
        }
    }

    private void RecoveryTimedOut()
    {
        if (!aborted && !connected)
        {
            LogRecoveryTimedOut(environment.RecoveryTimeout);
            Shutdown();
        }
    }

    private void Connect()
    {
        connected = true;
        recoveryTimer?.Dispose();
    }

    private void WhileAlive(Action handle)
    {
        if (!aborted)
        {
            handle();
        }
    }

    [LoggerMessage(5010, LogLevel.Information, "Executor registered on agent {Agent}")]
    private partial void LogRegistered(string agent);

    [LoggerMessage(5011, LogLevel.Information, "Executor reregistered on agent {Agent}")]
    private partial void LogReregistered(string agent);

    [LoggerMessage(5012, LogLevel.Information, "Received reconnect request from agent {Agent} at {Pid}")]
    private partial void LogReconnect(string agent, UPid pid);

    [LoggerMessage(5013, LogLevel.Warning, "Ignored a {Kind} for {Id}: the driver is disconnected")]
    private partial void LogIgnoredDisconnected(string kind, string id);

    [LoggerMessage(5014, LogLevel.Warning, "Dropped a duplicate of task {Task}")]
    private partial void LogDuplicateTask(string task);

    [LoggerMessage(5015, LogLevel.Warning, "Dropped an acknowledgement for task {Task}: its uuid is malformed")]
    private partial void LogMalformedUuid(string task);

    [LoggerMessage(5016, LogLevel.Warning, "Ignored the acknowledgement of the unknown update {Uuid} for task {Task}")]
    private partial void LogUnknownUpdate(Guid uuid, string task);

    [LoggerMessage(5017, LogLevel.Information, "Agent exited, but the framework has checkpointing enabled: waiting {Timeout} for agent {Agent} to come back")]
    private partial void LogAgentGone(TimeSpan timeout, string agent);

    [LoggerMessage(5018, LogLevel.Information, "Agent exited")]
    private partial void LogAgentExited();

    [LoggerMessage(5019, LogLevel.Information, "The agent did not come back within {Timeout}")]
    private partial void LogRecoveryTimedOut(TimeSpan timeout);

    [LoggerMessage(5020, LogLevel.Information, "Executor shuts down")]
    private partial void LogShutdown();

    [LoggerMessage(5021, LogLevel.Information, "Executor driver aborted")]
    private partial void LogAborted();
}
