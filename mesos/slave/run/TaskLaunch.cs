using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Slave.Executors;
using Mesos.Slave.State;
using Mesos.Slave.StatusUpdates;
using Mesos.Slave.Storage;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Run;

/// <summary>Tasks from the master: accepted, checked, given to an executor that exists or is started for them.</summary>
/// <remarks>Upstream: <c>Slave::runTask</c>, <c>run</c> and <c>__run</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class TaskLaunch(
    SlaveContext context,
    StatusUpdateHandling updates,
    TaskIds ids,
    ExecutorLaunch executors,
    ExecutorTermination termination,
    ExecutorShutdown shutdown,
    TaskQueue queue,
    Cleanup cleanup,
    string launcherDirectory)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>The master assigns a task.</summary>
    public void RunTask(UPid from, RunTaskMessage message)
    {
        TaskInfo task = message.Task;
        if (Ignored(from, message.Framework, [task]) is { } reason)
        {
            Ignore(task.TaskId.Value, from, reason);
            return;
        }

        string frameworkId = message.Framework.Id.Value;
        if ((CheckpointNames.Refuse(frameworkId) ?? LaunchRules.CommandOrExecutor(task)) is { } defect)
        {
            Ignore(task.TaskId.Value, from, defect);
            updates.ReportUnknown(frameworkId, task.TaskId.Value, TaskState.TaskError, Reason.TaskInvalid, defect);
            return;
        }

        ExecutorInfo executor = CommandExecutors.For(message.Framework, task, launcherDirectory);
        executor.FrameworkId ??= message.Framework.Id.Clone();
        if (FrameworkRoles.Of(message.Framework) is [var role])
        {
            // Old masters leave it out where it goes without saying.
            AllocationInfos.Inject(task, role);
            AllocationInfos.Inject(executor, role);
        }
        else if (task.Resources.Concat(executor.Resources).Any(static resource => resource.AllocationInfo is null))
        {
            const string Unallocated = "Resources of the task say not for which of the framework's roles they are allocated";
            Ignore(task.TaskId.Value, from, Unallocated);
            updates.ReportUnknown(frameworkId, task.TaskId.Value, TaskState.TaskError, Reason.TaskInvalid, Unallocated);
            return;
        }

        ResourceFormat.UpgradeAll(task);
        ResourceFormat.UpgradeAll(executor);
        LogAssigned(task.TaskId.Value, frameworkId);
        Framework framework = FindOrAdd(message.Framework, LaunchRules.SchedulerPid(message.HasPid, message.Pid));
        bool? launchExecutor = message.HasLaunchExecutor ? message.LaunchExecutor : null;
        if (framework.PendingTasks.TryGetValue(task.TaskId.Value, out PendingTask? pending))
        {
            // Of what came first the framework hears in any case.
            Ignore(task.TaskId.Value, from, "it came before, and is about to be launched");
            GiveUp(framework, executor.ExecutorId.Value, launchExecutor == true && pending.ExecutorId != executor.ExecutorId.Value);
            return;
        }

        framework.PendingTasks[task.TaskId.Value] = new PendingTask(executor, task);
        context.Actor.RunDurably(async () =>
        {
            // What waits goes first, such as a kill that came with the task.
            await Task.Yield();
            await framework.InTurnAsync(
                executor.ExecutorId.Value, () => LaunchAsync(framework, executor, task, message.ResourceVersionUuids, launchExecutor));
        });
    }

    /// <summary>The master assigns a group of tasks, which only the default executor of the original can run.</summary>
    public void RunTaskGroup(UPid from, RunTaskGroupMessage message)
    {
        if (Ignored(from, message.Framework, message.TaskGroup.Tasks) is { } reason)
        {
            Ignore(message.TaskGroup.Tasks.FirstOrDefault()?.TaskId.Value ?? "?", from, reason);
            return;
        }

        context.Metrics.UnsupportedMessages.Increment();
        foreach (TaskInfo task in message.TaskGroup.Tasks)
        {
            updates.ReportUnknown(
                message.Framework.Id.Value,
                task.TaskId.Value,
                DroppedTasks.StateFor(Framework.IsPartitionAwareFramework(message.Framework)),
                Reason.TaskGroupInvalid,
                "Task groups are not supported by this agent yet");
        }

        if (message.LaunchExecutor)
        {
            termination.SendExited(message.Framework.Id.Value, message.Executor.ExecutorId.Value);
        }
    }

    private string? Ignored(UPid from, FrameworkInfo framework, IReadOnlyList<TaskInfo> tasks)
    {
        if (from != state.Master)
        {
            return "the sender is not the leading master";
        }

        if (framework.Id is null)
        {
            return "the framework has no id";
        }

        if (state.Id is null || tasks.Any(task => task.SlaveId.Value != state.Id))
        {
            return "it was meant for another agent";
        }

        return state.Phase == SlavePhase.Terminating ? "the agent is terminating" : null;
    }

    private void Ignore(string taskId, UPid from, string why)
    {
        context.Metrics.DroppedMessages.Increment();
        LogIgnoring(taskId, from, why);
    }

    private Framework FindOrAdd(FrameworkInfo info, UPid? pid)
    {
        if (state.FindFramework(info.Id.Value) is { } known)
        {
            return known;
        }

        BoundedHistory<Executor> completed =
            state.CompletedFrameworks.Take(framework => framework.Id == info.Id.Value)?.CompletedExecutors ??
            new BoundedHistory<Executor>(context.Options.MaxCompletedExecutorsPerFramework);
        return state.Frameworks[info.Id.Value] = new Framework(info.Clone(), pid, completed);
    }

    private async Task LaunchAsync(
        Framework framework,
        ExecutorInfo info,
        TaskInfo task,
        IReadOnlyList<ResourceVersionUUID> versions,
        bool? launchExecutor)
    {
        (string taskId, string executorId) = (task.TaskId.Value, info.ExecutorId.Value);
        if (framework.IsPending(task) &&
            !ids.IsFree(framework, executorId, taskId) &&
            await ids.FreeAsync(framework, executorId, taskId) is { } owner &&
            framework.IsPending(task))
        {
            framework.PendingTasks.Remove(taskId);
            ids.TellInUse(framework, owner, taskId);
            GiveUp(framework, executorId, launchExecutor == true && owner.Id != executorId);
            return;
        }

        bool stillPending = framework.IsPending(task) && framework.PendingTasks.Remove(taskId);
        if (!ReferenceEquals(state.FindFramework(framework.Id), framework) || framework.IsTerminating || !stillPending)
        {
            LogNotWantedAnyMore(taskId, framework.Id);
            GiveUp(framework, executorId, launchExecutor == true);
            return;
        }

        if (state.Phase == SlavePhase.Terminating)
        {
            cleanup.RemoveIfIdle(framework);
            return;
        }

        if (LaunchRules.Limits(task) is { } limits)
        {
            Drop(framework, taskId, executorId: null, new LaunchRefusal(Reason.GcError, limits));
            return;
        }

        LaunchRefusal? refusal =
            LaunchRules.Ids(task) ??
            LaunchRules.Draining(state.Drain) ??
            LaunchRules.Storage(context.Checkpoints.Trouble) ??
            LaunchRules.ResourceVersion(task, versions, state.ResourceVersion) ??
            LaunchRules.CheckpointedResources(task, info, state.Total);
        if (refusal is not null)
        {
            Drop(framework, taskId, executorId, refusal);
            GiveUp(framework, executorId, launchExecutor == true);
            return;
        }

        framework.Executors.TryGetValue(executorId, out Executor? executor);
        if (LaunchRules.Executor(task.Command is not null, launchExecutor, executor) is { } mismatch)
        {
            Drop(framework, taskId, executorId, mismatch);
            if (task.Command is null && launchExecutor == true)
            {
                Disown(framework, executor!);
            }

            return;
        }

        if (executor is not null)
        {
            Enqueue(framework, executor, task);
        }
        else
        {
            Executor added = executors.Add(framework, info, isForCommandTask: task.Command is not null);
            Enqueue(framework, added, task);
            executors.Start(framework, added);
        }
    }

    private void Enqueue(Framework framework, Executor executor, TaskInfo task)
    {
        if (executor.Phase is ExecutorPhase.Terminating or ExecutorPhase.Terminated)
        {
            string phase = executor.Phase == ExecutorPhase.Terminating ? "terminating" : "terminated";
            Drop(framework, task.TaskId.Value, executorId: null, new LaunchRefusal(Reason.ExecutorTerminated, $"Executor {phase}"));
            return;
        }

        queue.Add(framework, executor, task);
    }

    private void Drop(Framework framework, string taskId, string? executorId, LaunchRefusal refusal)
    {
        LogDropping(taskId, framework.Id, refusal.Message);
        updates.Report(
            framework, taskId, DroppedTasks.StateFor(framework.IsPartitionAware), refusal.Reason, refusal.Message, executorId);
        cleanup.RemoveIfIdle(framework);
    }

    /// <summary>The master counts on an executor that will not start.</summary>
    private void GiveUp(Framework framework, string executorId, bool isExpected)
    {
        cleanup.RemoveIfIdle(framework);
        if (isExpected)
        {
            termination.SendExited(framework.Id, executorId);
        }
    }

    /// <summary>The master does not know an executor that exists.</summary>
    private void Disown(Framework framework, Executor executor)
    {
        if (executor.Phase == ExecutorPhase.Terminated)
        {
            termination.SendExited(framework.Id, executor.Id);
        }
        else
        {
            shutdown.ShutDown(executor);
        }
    }

    [LoggerMessage(3101, LogLevel.Information, "Got assigned task '{Task}' for framework {Framework}")]
    private partial void LogAssigned(string task, string framework);

    [LoggerMessage(3102, LogLevel.Warning, "Ignoring task '{Task}' from {From}: {Why}")]
    private partial void LogIgnoring(string task, UPid from, string why);

    [LoggerMessage(3103, LogLevel.Warning, "Not launching task '{Task}' of framework {Framework}: it was killed, or its framework shut down, meanwhile")]
    private partial void LogNotWantedAnyMore(string task, string framework);

    [LoggerMessage(3104, LogLevel.Warning, "Dropping task '{Task}' of framework {Framework}: {Why}")]
    private partial void LogDropping(string task, string framework, string why);
}
