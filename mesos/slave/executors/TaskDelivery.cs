using LibProcess.Addressing;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Executors;

/// <summary>Hands queued tasks to a running executor.</summary>
/// <remarks>Upstream: <c>Slave::___run</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class TaskDelivery(SlaveContext context, ContainerUpdates containers)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>Lets the container have what the tasks need and sends those that are still wanted then.</summary>
    /// <remarks>Until they are written down the tasks stay queued, so that they can be killed without the executor.</remarks>
    public void Deliver(Executor executor, IReadOnlyList<TaskInfo> tasks) => context.Actor.RunDurably(async () =>
    {
        if (!await containers.UpdateAsync(executor) || Find(executor) is not { } framework)
        {
            return;
        }

        await context.Checkpoints.TasksAsync(
            framework,
            executor,
            tasks.Where(task => executor.QueuedTasks.ContainsKey(task.TaskId.Value)).Select(executor.RecordOf));
        if (Find(executor) is null)
        {
            return;
        }

        foreach (TaskInfo task in tasks)
        {
            if (executor.QueuedTasks.ContainsKey(task.TaskId.Value))
            {
                Send(framework, executor, task);
            }
        }
    });

    /// <summary>The framework of an executor that takes tasks.</summary>
    private Framework? Find(Executor executor) =>
        state.FindFramework(executor.FrameworkId) is { IsTerminating: false } framework &&
        framework.Executors.TryGetValue(executor.Id, out Executor? current) &&
        ReferenceEquals(current, executor) &&
        executor.Phase == ExecutorPhase.Running
            ? framework
            : null;

    private void Send(Framework framework, Executor executor, TaskInfo task)
    {
        executor.Launch(task);
        LogSending(task.TaskId.Value, executor);
        context.Actor.Send(executor.Pid!, new RunTaskMessage
        {
            Framework = framework.Info.Clone(),
            Task = task.Clone(),
            Pid = (framework.Pid ?? UPid.Empty).ToString(),
        });
    }

    [LoggerMessage(3251, LogLevel.Information, "Sending task '{Task}' to executor {Executor}")]
    private partial void LogSending(string task, Executor executor);
}
