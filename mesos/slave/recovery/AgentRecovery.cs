using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Slave.Checkpoint;
using Mesos.Slave.Containerizer;
using Mesos.Slave.Executors;
using Mesos.Slave.Gc;
using Mesos.Slave.Paths;
using Mesos.Slave.State;
using Mesos.Slave.StatusUpdates;
using Mesos.Slave.Storage;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Recovery;

/// <summary>Takes up what an earlier run of the agent left, before the agent looks for a master.</summary>
/// <remarks>Upstream: <c>Slave::recover</c> to <c>__recover</c>, <c>recoverFramework</c> and <c>recoverExecutor</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class AgentRecovery(
    SlaveContext context,
    ICheckpointStore store,
    ITaskStatusUpdateManager updates,
    IContainerizer containerizer,
    Leftovers leftovers,
    ExecutorTermination termination,
    Cleanup cleanup,
    ResourceRecovery resources,
    ExecutorReconnection reconnection)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;
    private readonly AgentCheckpoints checkpoints = context.Checkpoints;

    /// <summary>Recovers; false where the agent ends instead of looking for a master.</summary>
    /// <param name="bootId">Which start of the machine this is; null where that cannot be told.</param>
    public async Task<bool> RunAsync(string? bootId)
    {
        RecoveredState recovered;
        try
        {
            if (context.Options.Recover == SlaveRecovery.StartAnew)
            {
                await checkpoints.ForgetSlaveAsync();
            }

            recovered = await store.ReadAsync(files => new StateReader(files, checkpoints.Meta, context.Options.Strict, bootId).Read());
        }
        catch (RecoveryException exception)
        {
            Fail(exception.Message + ". With --no-strict what cannot be read is passed over");
            return false;
        }

        // The run may have been killed before it waited for the disk: what it wrote is seen now and gone after a power cut.
        await store.SettleAsync(checkpoints.Meta, EarlierRun.Directories(checkpoints.WorkDirectory, recovered));
        foreach (string error in recovered.Errors)
        {
            context.Metrics.RecoveryErrors.Increment();
            LogError(error);
        }

        if (state.Phase == SlavePhase.Recovering && resources.Adopt(recovered) is { } misfit)
        {
            context.Actor.End(
                $"{misfit}. Start the agent with --resources that hold them, or remove " +
                $"'{Path.GetDirectoryName(SlavePaths.ResourceState(checkpoints.Meta))}' to forget reservations and volumes");
            return false;
        }

        if (state.Phase != SlavePhase.Recovering || !await AdoptAsync(recovered))
        {
            return false;
        }

        List<Executor> executors = await RecoverFrameworksAsync(recovered);
        await RecoverContainersAsync(recovered, executors);
        await resources.RunAsync(recovered);
        if (state.Phase != SlavePhase.Recovering)
        {
            return false;
        }

        await reconnection.RunAsync(executors.Where(static executor => executor.Phase != ExecutorPhase.Terminated));
        if (bootId is not null && bootId != recovered.BootId)
        {
            // On a full disk the agent goes on without; containers wait for it.
            context.Actor.RunDurably(() => checkpoints.BootIdAsync(bootId));
        }

        leftovers.Sweep();
        await ScheduleOtherAgentsAsync();
        return state.Phase == SlavePhase.Recovering && Finish();
    }

    /// <summary>Decides under which id the agent goes on.</summary>
    private async Task<bool> AdoptAsync(RecoveredState recovered)
    {
        if (recovered.Slave is not { } before)
        {
            return true;
        }

        state.Info.Id = before.Id.Clone();
        if (SlaveInfoChanges.Refuse(context.Options.ReconfigurationPolicy, before, state.Info) is not { } refusal)
        {
            state.InfoChanged = SlaveInfoChanges.Differences(before, state.Info).Count > 0;
            state.Drain = recovered.Drain;
            LogRecovering(state.Info.Id.Value);
            return true;
        }

        if (!recovered.Rebooted)
        {
            Fail(refusal);
            return false;
        }

        // Nothing of the old agent lives; one that starts with the machine must not stumble over what was changed meanwhile.
        LogStartingAnew(refusal);
        state.Info.Id = null;
        await checkpoints.ForgetSlaveAsync();
        return true;
    }

    private async Task<List<Executor>> RecoverFrameworksAsync(RecoveredState recovered)
    {
        List<Executor> executors = [];
        List<Change> repairs = [];
        if (state.Info.Id is null)
        {
            return executors;
        }

        foreach (RecoveredFramework found in recovered.Frameworks)
        {
            if (found.Info is null || found.Executors.Count == 0)
            {
                leftovers.FrameworkEnded(found.Id, isCheckpointed: true, earlier: true);
                continue;
            }

            var framework = new Framework(
                found.Info,
                found.Pid is { IsEmpty: false } pid ? pid : null,
                new BoundedHistory<Executor>(context.Options.MaxCompletedExecutorsPerFramework));
            foreach (RecoveredExecutor executor in found.Executors)
            {
                if (RecoverExecutor(framework, executor, recovered.Rebooted, repairs) is { } added)
                {
                    executors.Add(added);
                }
            }

            if (framework.Executors.Count > 0)
            {
                state.Frameworks[framework.Id] = framework;
            }
            else
            {
                state.CompletedFrameworks.Add(framework);
                leftovers.FrameworkEnded(framework.Id, isCheckpointed: true, earlier: true);
            }
        }

        if (repairs.Count > 0)
        {
            await store.CommitAsync(repairs);
        }

        return executors;
    }

    private Executor? RecoverExecutor(Framework framework, RecoveredExecutor found, bool rebooted, List<Change> repairs)
    {
        foreach (string run in found.OlderRuns)
        {
            leftovers.OlderRun(framework.Id, found.Id, run);
        }

        if (found.Info is not { } info || found.Latest is not { } latest)
        {
            LogIncompleteExecutor(found.Id, framework.Id);
            leftovers.ExecutorLost(framework.Id, found.Id);
            return null;
        }

        InjectAllocation(info, framework.Info);
        var executor = new Executor(
            info,
            framework.Id,
            new ContainerID { Value = latest.ContainerId },
            checkpoints.SandboxOf(framework.Id, found.Id, latest.ContainerId))
        {
            User = info.Command is { HasUser: true } command ? command.User : framework.Info.User,
            IsForCommandTask = found.IsForCommandTask,
            IsCheckpointed = true,
            TasksKept = Task.CompletedTask,
            Forked = latest.Forked,
            Pid = latest.LibprocessPid is { IsEmpty: false } pid ? pid : null,
            SpeaksHttp = latest.SpeaksHttp,
        };
        string run_ = checkpoints.RunOf(executor);
        foreach (RecoveredTask task in latest.Tasks)
        {
            InjectAllocation(task.Task, framework.Info);
            if (executor.Recover(task) is { } forgotten)
            {
                leftovers.TaskForgotten(executor, forgotten.TaskId.Value, isWanted: false);
            }

            string path = SlavePaths.TaskUpdates(run_, task.Task.TaskId.Value);
            if (task.UpdatesLength is { } length)
            {
                LogTornUpdates(path, length);
                repairs.Add(new Change.Cut(path, length));
            }

            if (!latest.IsCompleted && task.Updates.Count > 0)
            {
                updates.Recover(task, framework.Id, path);
                foreach (StatusUpdate update in task.Updates)
                {
                    if (UuidBytes.TryParse(update.Uuid, out Guid uuid) && !task.Acknowledged.Contains(uuid))
                    {
                        state.Unacknowledged.Add(executor.Backlog, framework.Id, task.Task.TaskId.Value, uuid, update.CalculateSize());
                    }
                }
            }
        }

        if (rebooted)
        {
            repairs.Add(new Change.Remove(SlavePaths.ForkedPid(run_)));
            repairs.Add(new Change.Remove(SlavePaths.ForkedStart(run_)));
        }

        if (latest.IsCompleted)
        {
            executor.Phase = ExecutorPhase.Terminated;
            executor.FileAwayTasks();
            framework.CompletedExecutors.Add(executor);
            leftovers.RunEnded(executor, earlier: true);
            return null;
        }

        foreach (Proto.Task ended in executor.CompletedTasks)
        {
            leftovers.TaskEnded(executor, ended.TaskId.Value, earlier: true);
        }

        LogRecoveredExecutor(executor, executor.LaunchedTasks.Count, executor.TerminatedTasks.Count);
        framework.Executors[executor.Id] = executor;
        return executor;
    }

    /// <summary>Agents of before roles wrote resources without saying for which role they are.</summary>
    private static void InjectAllocation(Google.Protobuf.IMessage message, FrameworkInfo framework)
    {
        if (FrameworkRoles.Of(framework) is [var role])
        {
            AllocationInfos.Inject(message, role);
        }
    }

    private async Task RecoverContainersAsync(RecoveredState recovered, List<Executor> executors)
    {
        RecoveredContainer[] containers =
        [
            .. executors
                .Where(static executor => executor.Forked is not null)
                .Select(static executor => new RecoveredContainer(executor.ContainerId, executor.Forked!.Value, executor.Directory, executor.Info, executor.User)),
        ];
        await containerizer.RecoverAsync(containers, SlavePaths.Slaves(checkpoints.WorkDirectory));
        foreach (Executor executor in executors)
        {
            context.Actor.Run(async () => termination.Terminated(executor, await containerizer.WaitAsync(executor.ContainerId)));
        }

        if (recovered.Rebooted)
        {
            LogRebooted();
        }
    }

    private async Task ScheduleOtherAgentsAsync()
    {
        string[] others = await store.ReadAsync(files => files.List(SlavePaths.Slaves(checkpoints.WorkDirectory))
            .Concat(files.List(SlavePaths.Slaves(checkpoints.Meta)))
            .Where(static name => name != SlavePaths.Latest && !name.StartsWith(CheckpointNames.Temporary, StringComparison.Ordinal))
            .Distinct()
            .ToArray());
        foreach (string other in others.Where(other => other != state.Id))
        {
            leftovers.SlaveGone(other);
        }
    }

    private bool Finish()
    {
        LogFinished();
        if (context.Options.Recover != SlaveRecovery.Cleanup)
        {
            state.Phase = SlavePhase.Disconnected;
            return true;
        }

        state.Phase = SlavePhase.Terminating;
        foreach (Framework framework in state.Frameworks.Values.ToArray())
        {
            foreach (Executor executor in framework.Executors.Values.ToArray())
            {
                cleanup.RemoveIfDone(framework, executor);
            }

            cleanup.RemoveIfIdle(framework);
        }

        if (state.Frameworks.Count == 0)
        {
            context.Actor.End(failure: null);
        }

        return false;
    }

    private void Fail(string why) => context.Actor.End(
        $"Cannot go on from what is in '{checkpoints.WorkDirectory}': {why}. " +
        $"To begin anew under another id, remove '{SlavePaths.LatestSlave(checkpoints.Meta)}'");

    [LoggerMessage(3701, LogLevel.Warning, "Passed over in recovery: {Error}")]
    private partial void LogError(string error);

    [LoggerMessage(3702, LogLevel.Information, "Recovering agent {Agent}")]
    private partial void LogRecovering(string agent);

    [LoggerMessage(3703, LogLevel.Warning, "Starting under another id after the machine was started: {Why}")]
    private partial void LogStartingAnew(string why);

    [LoggerMessage(3704, LogLevel.Warning, "Nothing of executor '{Executor}' of framework {Framework} can be brought back: it was not started when the agent ended")]
    private partial void LogIncompleteExecutor(string executor, string framework);

    [LoggerMessage(3705, LogLevel.Warning, "The last record of '{Path}' was not written completely and is cut off at byte {Length}")]
    private partial void LogTornUpdates(string path, long length);

    [LoggerMessage(3706, LogLevel.Information, "Recovered executor {Executor} with {Running} tasks that go on and {Ended} that wait for acknowledgements")]
    private partial void LogRecoveredExecutor(Executor executor, int running, int ended);

    [LoggerMessage(3707, LogLevel.Information, "The machine was started since: no executor of before lives")]
    private partial void LogRebooted();

    [LoggerMessage(3708, LogLevel.Information, "Finished recovery")]
    private partial void LogFinished();
}
