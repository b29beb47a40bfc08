using LibProcess.Processes;
using LibProcess.Time;
using Mesos.Launcher.Posix;
using Mesos.Proto;
using Microsoft.Extensions.Logging;
using static Mesos.Launcher.Executor.CommandExecutorSettings;
using Reason = Mesos.Proto.TaskStatus.Types.Reason;

namespace Mesos.Launcher.Executor;

/// <summary>Runs the command of one task: reports how it goes, kills it when asked, and ends after it.</summary>
/// <remarks>Upstream: <c>CommandExecutor</c> in src/launcher/executor.cpp. The methods that are not private may be called from any thread.</remarks>
internal sealed partial class CommandExecutorProcess : ProcessBase
{
    private readonly CommandExecutorSettings settings;
    private readonly IChildren children;
    private readonly IStatusSink updates;
    private readonly ILogger logger;

    private bool reportsKilling;
    private TaskInfo? task;
    private IChild? child;
    private bool exited;
    private bool ended;
    private bool timedOut;
    private bool shutDown;
    private bool agentIsAway;
    private int returns;
    private Killing? killing;
    private ProcessTimer? completionTimer;

    public CommandExecutorProcess(ProcessManager manager, CommandExecutorSettings settings, IChildren children, IStatusSink updates)
        : base(manager, manager.Ids.Generate("command-executor"))
    {
        (this.settings, this.children, this.updates) = (settings, children, updates);
        logger = CreateLogger<CommandExecutorProcess>();
    }

    public void Registered(FrameworkInfo framework) => Dispatch(() =>
        reportsKilling = framework.Capabilities.Any(capability => capability.Type == FrameworkInfo.Types.Capability.Types.Type.TaskKillingState));

    /// <summary>The agent has gone, and may come back; where it does not, a shutdown follows.</summary>
    public void Disconnected() => Dispatch(() => agentIsAway = true);

    /// <summary>The agent has come back.</summary>
    public void Reregistered() => Dispatch(() =>
    {
        agentIsAway = false;
        returns++;
    });

    public void Launch(TaskInfo info) => Dispatch(() => OnLaunch(info));

    /// <summary>Kills the task.</summary>
    /// <param name="id">The task.</param>
    /// <param name="policy">Takes precedence over the task's own policy; null where the kill came without one.</param>
    public void Kill(TaskID id, KillPolicy? policy = null) => Dispatch(() => OnKill(id, policy));

    public void Shutdown() => Dispatch(OnShutdown);

    private void OnLaunch(TaskInfo info)
    {
        if (task is not null)
        {
            Report(info.TaskId, TaskState.TaskFailed, "Attempted to run multiple tasks using a \"command\" executor");
            return;
        }

        task = info;
        if (TaskCommand.Refusal(info, settings.TaskEnvironment) is { } refusal)
        {
            End(TaskState.TaskError, refusal, Reason.TaskInvalid);
            return;
        }

        Report(info.TaskId, TaskState.TaskStarting);
        LogStarting(info.TaskId.Value);
        try
        {
            child = children.Start(TaskCommand.Build(info, settings.Environment, settings.TaskEnvironment));
        }
        catch (ChildStartException exception)
        {
            End(TaskState.TaskFailed, $"Command not started: {exception.Message}", Reason.ContainerLaunchFailed);
            return;
        }

        LogStarted(info.TaskId.Value, child.Pid);
        Report(info.TaskId, TaskState.TaskRunning);
        if (info.MaxCompletionTime is { Nanoseconds: > 0 } limit)
        {
            completionTimer = Delay(ToTimeSpan(limit), OnTimeout);
        }

        // Last: where the command has ended already, this tells so at once.
        Run(WaitForEndAsync);
    }

    private async Task WaitForEndAsync()
    {
        var status = await child!.Exited;
        exited = true;
        var state = timedOut ? TaskState.TaskFailed
            : killing is not null ? TaskState.TaskKilled
            : status is { Succeeded: true } ? TaskState.TaskFinished
            : TaskState.TaskFailed;
        var message = status is null ? "Failed to get exit status for Command" : $"Command {status}";
        Reason? reason = timedOut ? Reason.MaxCompletionTimeReached : null;

        // What the command left behind would otherwise outlive the container that is accounted for it.
        await child.KillAsync(PauseAsync);
        End(state, message, reason);
    }

    private Task PauseAsync(TimeSpan time) => DelayAsync(time);

    private void OnTimeout()
    {
        LogTimedOut(task!.TaskId.Value, ToTimeSpan(task.MaxCompletionTime));
        timedOut = true;
        Kill(TimeSpan.Zero);
    }

    private void OnKill(TaskID id, KillPolicy? policy)
    {
        if (task is null)
        {
            // The task got lost on its way: the end of its executor is what tells the agent that it will not run.
            LogKilledBeforeTask(id.Value);
            Terminate(inject: false);
            return;
        }

        if (!task.TaskId.Equals(id))
        {
            LogUnknownTask(id.Value);
            return;
        }

        var grace = policy?.GracePeriod ?? task.KillPolicy?.GracePeriod;
        Kill(grace is null ? DefaultKillGracePeriod : ToTimeSpan(grace));
    }

    private void OnShutdown()
    {
        LogShutdown();
        shutDown = true;
        if (child is null || ended)
        {
            Terminate(inject: false);
        }
        else if (!exited)
        {
            Kill(settings.ShutdownGracePeriod - ShutdownReserve);
        }
    }

    private void Kill(TimeSpan grace)
    {
        completionTimer?.Dispose();
        if (child is null || exited)
        {
            return;
        }

        grace = grace < TimeSpan.Zero ? TimeSpan.Zero : grace;
        if (killing is { } earlier)
        {
            BringForward(earlier, grace);
            return;
        }

        LogKilling(task!.TaskId.Value, grace);
        if (reportsKilling && !timedOut)
        {
            Report(task.TaskId, TaskState.TaskKilling);
        }

        child.Signal(LibC.SIGTERM);
        var now = Clock.GetUtcNow();
        killing = new Killing(now, now + grace, Delay(grace, Escalate));
    }

    /// <summary>A later kill can shorten the time the task has, never lengthen it. It counts from the first.</summary>
    private void BringForward(Killing earlier, TimeSpan grace)
    {
        var due = earlier.Since + grace;
        if (due < earlier.Due)
        {
            earlier.Timer.Dispose();
            var rest = due - Clock.GetUtcNow();
            killing = earlier with { Due = due, Timer = Delay(rest < TimeSpan.Zero ? TimeSpan.Zero : rest, Escalate) };
        }
    }

    private void Escalate()
    {
        if (!exited)
        {
            LogEscalating(task!.TaskId.Value);
            Run(() => child!.KillAsync(PauseAsync));
        }
    }

    private void End(TaskState state, string message, Reason? reason)
    {
        ended = true;
        completionTimer?.Dispose();
        killing?.Timer.Dispose();
        LogEnded(task!.TaskId.Value, message);
        Report(task.TaskId, state, message, reason);
        Run(LeaveAsync);
    }

    private async Task LeaveAsync()
    {
        Task settled = updates.SettleAsync();
        int before;
        do
        {
            // Updates that an agent has not got when it goes are for the one that comes back.
            before = returns;
            await Task.WhenAny(settled, DelayAsync(shutDown ? ShutdownFarewellPeriod : FarewellPeriod));
        }
        while (!settled.IsCompleted && !shutDown && (agentIsAway || returns != before));
        Terminate(inject: false);
    }

    private void Report(TaskID id, TaskState state, string? message = null, Reason? reason = null)
    {
        TaskStatus status = new() { TaskId = id, State = state, Source = TaskStatus.Types.Source.Executor, ExecutorId = settings.ExecutorId };
        if (message is not null)
        {
            status.Message = message;
        }

        if (reason is { } known)
        {
            status.Reason = known;
        }

        updates.Send(status);
    }

    private static TimeSpan ToTimeSpan(DurationInfo duration) => TimeSpan.FromTicks(duration.Nanoseconds / TimeSpan.NanosecondsPerTick);

    [LoggerMessage(5101, LogLevel.Information, "Starting task {Task}")]
    private partial void LogStarting(string task);

    [LoggerMessage(5102, LogLevel.Information, "Task {Task} runs as process {Pid}")]
    private partial void LogStarted(string task, int pid);

    [LoggerMessage(5103, LogLevel.Information, "Task {Task} has ended: {Message}")]
    private partial void LogEnded(string task, string message);

    [LoggerMessage(5104, LogLevel.Information, "Killing task {Task}: SIGTERM now, SIGKILL in {Grace}")]
    private partial void LogKilling(string task, TimeSpan grace);

    [LoggerMessage(5105, LogLevel.Information, "Task {Task} did not heed SIGTERM: sending SIGKILL")]
    private partial void LogEscalating(string task);

    [LoggerMessage(5106, LogLevel.Information, "Task {Task} exceeded its longest time to completion, {Limit}")]
    private partial void LogTimedOut(string task, TimeSpan limit);

    [LoggerMessage(5107, LogLevel.Warning, "Asked to kill task {Task}, which does not run here")]
    private partial void LogUnknownTask(string task);

    [LoggerMessage(5108, LogLevel.Information, "Shutting down")]
    private partial void LogShutdown();

    [LoggerMessage(5120, LogLevel.Warning, "Asked to kill task {Task} before it came: the executor ends")]
    private partial void LogKilledBeforeTask(string task);

    private sealed record Killing(DateTimeOffset Since, DateTimeOffset Due, ProcessTimer Timer);
}
