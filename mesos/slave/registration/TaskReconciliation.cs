using Mesos.Slave.State;
using Mesos.Slave.StatusUpdates;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Registration;

/// <summary>Tasks that the master counts on and the agent has never heard of.</summary>
/// <remarks>Upstream: the end of <c>Slave::reregistered</c> in src/slave/slave.cpp.</remarks>
internal sealed partial class TaskReconciliation(SlaveContext context, StatusUpdateHandling updates)
{
    private readonly ILogger logger = context.Logger;

    public void Reconcile(IEnumerable<ReconcileTasksMessage> reconciliations)
    {
        foreach (ReconcileTasksMessage reconciliation in reconciliations)
        {
            string frameworkId = reconciliation.FrameworkId.Value;
            bool partitionAware = reconciliation.Framework is { } info && Framework.IsPartitionAwareFramework(info);
            foreach (TaskStatus status in reconciliation.Statuses)
            {
                string taskId = status.TaskId.Value;
                if (context.State.FindFramework(frameworkId)?.HasTask(taskId) == true)
                {
                    continue;
                }

                LogUnknown(taskId, frameworkId);
                updates.ReportUnknown(
                    frameworkId,
                    taskId,
                    DroppedTasks.StateFor(partitionAware),
                    Reason.Reconciliation,
                    "Reconciliation: task unknown to the agent");
            }
        }
    }

    [LoggerMessage(3021, LogLevel.Warning, "The master counts on task '{Task}' of framework {Framework}, which is unknown here")]
    private partial void LogUnknown(string task, string framework);
}
