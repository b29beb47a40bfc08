using Mesos.Common.Protobuf;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Tasks;

/// <summary>Answers frameworks that ask for the state of their tasks.</summary>
/// <remarks>Upstream: <c>Master::reconcile</c> in src/master/master.cpp. Answers have neither uuid nor pid.</remarks>
internal sealed class Reconciliation(IMasterContext context, MasterState state)
{
    private const string LatestState = "Reconciliation: Latest task state";

    /// <summary>Answers for the named tasks in their order, or for all the framework has where none is named.</summary>
    public void Reconcile(Framework framework, IReadOnlyCollection<Call.Types.Reconcile.Types.Task> tasks)
    {
        context.Metrics.MessagesReconcileTasks.Increment();
        context.Logger.Reconciling(framework.Id, tasks.Count);
        IEnumerable<StatusUpdate?> answers = tasks.Count == 0
            ? framework.PendingTasks.Values.Select(task => DescribePending(framework, task)).Concat(framework.Tasks.Values.Select(Describe))
            : tasks.Select(task => Answer(framework, task.TaskId, task.SlaveId?.Value));
        foreach (StatusUpdate? answer in answers)
        {
            if (answer is not null)
            {
                context.Send(framework, new StatusUpdateMessage { Update = answer });
            }
        }
    }

    private StatusUpdate? Answer(Framework framework, TaskID taskId, string? agentId)
    {
        if (framework.PendingTasks.TryGetValue(taskId.Value, out TaskInfo? pending))
        {
            return DescribePending(framework, pending);
        }

        if (framework.Task(taskId.Value) is { } task)
        {
            return Describe(task);
        }

        AgentTable agents = state.Agents;
        if (agentId is null ? agents.Recovered.Count > 0 : agents.Recovered.ContainsKey(agentId))
        {
            // The agent, or any of them, may still come back and tell.
            context.Logger.ReconciliationPostponed(taskId.Value, framework.Id);
            return null;
        }

        if (agents.Find(agentId) is not null)
        {
            return Unknown(framework, agentId, taskId, TaskState.TaskGone, "Reconciliation: Task is unknown to the agent");
        }

        if (agentId is not null && agents.Unreachable.TryGetValue(agentId, out TimeInfo? since))
        {
            StatusUpdate update = Unknown(framework, agentId, taskId, TaskState.TaskUnreachable, "Reconciliation: Task is unreachable");
            update.Status.UnreachableTime = since.Clone();
            return update;
        }

        return agentId is not null && agents.Gone.ContainsKey(agentId)
            ? Unknown(framework, agentId, taskId, TaskState.TaskGoneByOperator, "Reconciliation: Task is gone")
            : Unknown(framework, agentId, taskId, TaskState.TaskUnknown, "Reconciliation: Task is unknown");
    }

    private StatusUpdate Describe(MasterTask task) =>
        StatusUpdateBuilder.Describe(context.Now, task, task.ReportedState, TaskStatus.Types.Reason.Reconciliation, LatestState);

    private StatusUpdate DescribePending(Framework framework, TaskInfo task) => StatusUpdateBuilder.Create(
        context.Now,
        framework.Id,
        task.SlaveId.Value,
        task.TaskId.Clone(),
        TaskState.TaskStaging,
        TaskStatus.Types.Reason.Reconciliation,
        LatestState);

    private StatusUpdate Unknown(Framework framework, string? agentId, TaskID taskId, TaskState taskState, string message) =>
        StatusUpdateBuilder.Create(
            context.Now,
            framework.Id,
            agentId,
            taskId,
            taskState.For(framework.Capabilities),
            TaskStatus.Types.Reason.Reconciliation,
            message);
}
