using Mesos.Slave.Containerizer;
using Mesos.Slave.Gc;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Executors;

/// <summary>Creates executors and starts their containers.</summary>
/// <remarks>
/// Upstream: <c>Framework::addExecutor</c>, <c>Slave::launchExecutor</c>, <c>executorLaunched</c> and
/// <c>registerExecutorTimeout</c> in src/slave/slave.cpp.
/// </remarks>
internal sealed partial class ExecutorLaunch(
    SlaveContext context, IContainerizer containerizer, ExecutorTermination termination, Leftovers leftovers)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>Adds an executor; neither its sandbox nor its container exist before <see cref="Start"/>.</summary>
    public Executor Add(Framework framework, ExecutorInfo info, bool isForCommandTask)
    {
        var containerId = new ContainerID { Value = context.Actor.Random.NewUuid().ToString() };
        string directory = context.Checkpoints.SandboxOf(framework.Id, info.ExecutorId.Value, containerId.Value);
        var executor = new Executor(info, framework.Id, containerId, directory)
        {
            User = !context.Options.SwitchUser ? null : info.Command is { HasUser: true } command ? command.User : framework.Info.User,
            IsForCommandTask = isForCommandTask,
            IsCheckpointed = framework.Info.Checkpoint,
        };
        framework.Executors[executor.Id] = executor;
        LogAdded(executor, directory);
        return executor;
    }

    /// <summary>Writes down that the executor exists and starts its container; its tasks fail if that is impossible.</summary>
    public void Start(Framework framework, Executor executor)
    {
        var launch = new ContainerLaunch(
            executor.ContainerId,
            executor.Info,
            executor.Directory,
            executor.User,
            ExecutorEnvironment.Build(
                context.Options,
                executor.Info,
                executor.FrameworkId,
                executor.Directory,
                state.Info.Id.Value,
                context.Actor.Self,
                executor.IsCheckpointed),
            executor.IsForCommandTask)
        {
            Forked = executor.IsCheckpointed ? process => context.Checkpoints.ForkedAsync(executor, process) : null,
        };
        LogStarting(executor.ContainerId.Value, executor);
        context.Actor.Run(() => RunAsync(framework, executor, launch));
        context.Actor.Delay(context.Options.ExecutorRegistrationTimeout, () => RegistrationTimedOut(executor));
    }

    private async Task RunAsync(Framework framework, Executor executor, ContainerLaunch launch)
    {
        ContainerTermination? end;
        try
        {
            // Volumes that its tasks use may have been asked for just before.
            await context.Checkpoints.Resources.Settled;
            await context.Checkpoints.Identity;
            await leftovers.NeededAsync(framework.Id, executor.Id);
            executor.TasksKept = context.Checkpoints.ExecutorAsync(framework, executor);
            await executor.TasksKept;
            if (executor.Phase == ExecutorPhase.Terminating || !IsCurrent(executor))
            {
                LogNotNeededAnyMore(executor);
                termination.Terminated(executor, NeverStarted(executor));
                return;
            }

            await containerizer.LaunchAsync(launch);
            if (executor.Phase == ExecutorPhase.Terminating || !IsCurrent(executor))
            {
                LogNotNeededAnyMore(executor);
                context.Actor.Run(() => containerizer.DestroyAsync(executor.ContainerId));
            }

            end = await containerizer.WaitAsync(executor.ContainerId);
        }
        catch (IOException exception)
        {
            // Neither the sandbox nor the record of it: as if the task had never come.
            LogLaunchFailed(executor.ContainerId.Value, executor, exception.Message);
            context.Metrics.ContainerLaunchErrors.Increment();
            if (state.IsLeftToNextRun)
            {
                // The disk lost something. What the next agent finds of the executor decides.
                return;
            }

            end = new ContainerTermination(
                State: DroppedTasks.StateFor(framework.IsPartitionAware),
                Reason: Reason.ExecutorTerminated,
                Message: exception.Message);
        }
        catch (ContainerLaunchException exception)
        {
            LogLaunchFailed(executor.ContainerId.Value, executor, exception.Message);
            context.Metrics.ContainerLaunchErrors.Increment();
            end = new ContainerTermination(
                State: TaskState.TaskFailed,
                Reason: Reason.ContainerLaunchFailed,
                Message: "Failed to launch container: " + exception.Message);
        }

        termination.Terminated(executor, end);
    }

    /// <summary>Where the agent has ended it for a reason of its own, that reason is told.</summary>
    private static ContainerTermination NeverStarted(Executor executor) => executor.PendingTermination is null
        ? new ContainerTermination(State: TaskState.TaskFailed, Reason: Reason.ContainerLaunchFailed, Message: "Executor terminating")
        : new ContainerTermination();

    private bool IsCurrent(Executor executor) => ReferenceEquals(state.FindExecutor(executor.FrameworkId, executor.Id), executor);

    private void RegistrationTimedOut(Executor executor)
    {
        // One that has introduced itself waits for the disk of the agent.
        if (!IsCurrent(executor) ||
            executor.Phase != ExecutorPhase.Registering ||
            executor.Pid is not null ||
            state.FindFramework(executor.FrameworkId)!.IsTerminating)
        {
            return;
        }

        string timeout = Common.Values.Duration.FromTimeSpan(context.Options.ExecutorRegistrationTimeout).ToString();
        LogDidNotRegister(executor, timeout);
        executor.Phase = ExecutorPhase.Terminating;
        executor.PendingTermination = new ContainerTermination(
            State: TaskState.TaskFailed,
            Reason: Reason.ExecutorRegistrationTimeout,
            Message: $"Executor did not register within {timeout}");
        context.Actor.Run(() => containerizer.DestroyAsync(executor.ContainerId));
    }

    [LoggerMessage(3231, LogLevel.Information, "Launching executor {Executor} in work directory '{Directory}'")]
    private partial void LogAdded(Executor executor, string directory);

    [LoggerMessage(3233, LogLevel.Information, "Starting container {Container} for executor {Executor}")]
    private partial void LogStarting(string container, Executor executor);

    [LoggerMessage(3234, LogLevel.Warning, "Killing executor {Executor}, which has just started: it is not needed any more")]
    private partial void LogNotNeededAnyMore(Executor executor);

    [LoggerMessage(3235, LogLevel.Error, "Container {Container} for executor {Executor} did not start: {Why}")]
    private partial void LogLaunchFailed(string container, Executor executor, string why);

    [LoggerMessage(3236, LogLevel.Information, "Terminating executor {Executor}: it did not register within {Timeout}")]
    private partial void LogDidNotRegister(Executor executor, string timeout);
}
