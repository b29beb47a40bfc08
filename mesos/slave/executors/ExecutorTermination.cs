using Mesos.Common.Protobuf;
using Mesos.Slave.Containerizer;
using Mesos.Slave.State;
using Mesos.Slave.StatusUpdates;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Executors;

/// <summary>What happens when the container of an executor has ended, or never started.</summary>
/// <remarks>Upstream: <c>Slave::executorTerminated</c> and <c>sendExecutorTerminatedStatusUpdate</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class ExecutorTermination(SlaveContext context, StatusUpdateHandling updates, Cleanup cleanup)
{
    private const int UnknownStatus = -1;

    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>A container has ended.</summary>
    /// <param name="executor">Its executor.</param>
    /// <param name="termination">How; null where the containerizer does not know the container.</param>
    public void Terminated(Executor executor, ContainerTermination? termination)
    {
        if (state.FindFramework(executor.FrameworkId) is not { } framework ||
            !framework.Executors.TryGetValue(executor.Id, out Executor? current) ||
            !ReferenceEquals(current, executor) ||
            executor.Phase == ExecutorPhase.Terminated)
        {
            return;
        }

        int status = termination?.WaitStatus ?? UnknownStatus;
        LogTerminated(executor, WaitStatusText.Of(termination?.WaitStatus));
        context.Metrics.ExecutorsTerminated.Increment();
        executor.Phase = ExecutorPhase.Terminated;
        if (framework.IsTerminating)
        {
            // Its scheduler is gone; the tasks are kept for those who ask later.
            foreach ((string taskId, Proto.Task task) in executor.LaunchedTasks.ToArray())
            {
                executor.LaunchedTasks.Remove(taskId);
                executor.TerminatedTasks[taskId] = task;
            }
        }
        else
        {
            ReportTasks(framework, executor, termination);
        }

        if (!executor.IsForCommandTask)
        {
            SendExited(framework.Id, executor.Id, status);
        }

        cleanup.RemoveIfDone(framework, executor);
        cleanup.RemoveIfIdle(framework);
    }

    /// <summary>Tells the master that an executor has ended, or that one it counts on will not start.</summary>
    public void SendExited(string frameworkId, string executorId, int status = UnknownStatus)
    {
        if (state.Master is { } master)
        {
            context.Actor.Send(master, new ExitedExecutorMessage
            {
                SlaveId = state.Info.Id.Clone(),
                FrameworkId = new FrameworkID { Value = frameworkId },
                ExecutorId = new ExecutorID { Value = executorId },
                Status = status,
            });
        }
    }

    private void ReportTasks(Framework framework, Executor executor, ContainerTermination? termination)
    {
        ContainerTermination? pending = executor.PendingTermination;
        TaskState taskState = termination?.State ?? pending?.State ?? TaskState.TaskFailed;
        Reason reason = termination?.Reason ?? pending?.Reason ?? Reason.ExecutorTerminated;
        string message = Message(pending, termination);
        string[] tasks =
        [
            .. executor.LaunchedTasks.Where(static task => !task.Value.State.IsTerminal()).Select(static task => task.Key),
            .. executor.QueuedTasks.Keys,
        ];
        foreach (string taskId in tasks)
        {
            updates.Report(framework, taskId, taskState, reason, message, executor.Id);
        }
    }

    private static string Message(ContainerTermination? pending, ContainerTermination? termination)
    {
        string? last = termination is null ? "Abnormal executor termination: unknown container" : termination.Message;
        string message = string.Join("; ", new[] { pending?.Message, last }.Where(static part => part is not null));
        return message.Length == 0 ? "Executor terminated" : message;
    }

    [LoggerMessage(3221, LogLevel.Information, "Executor {Executor} has ended: {How}")]
    private partial void LogTerminated(Executor executor, string how);
}
