using Mesos.Master.State;
using Mesos.Master.Tasks;
using Mesos.Proto;
using Mesos.Proto.Internal;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;
using Reason = Mesos.Proto.TaskStatus.Types.Reason;

namespace Mesos.Master.Accept;

/// <summary>Answers for tasks that are not launched: updates of the master's own, without uuid and pid.</summary>
internal sealed class TaskAnswers(IMasterContext context, StatusForwarding forwarding)
{
    /// <summary>The tasks an operation is about; none for what does not launch.</summary>
    public static IReadOnlyCollection<TaskInfo> TasksOf(Offer.Types.Operation operation) => operation.Type switch
    {
        OperationType.Launch => operation.Launch?.TaskInfos ?? [],
        OperationType.LaunchGroup => operation.LaunchGroup?.TaskGroup?.Tasks ?? [],
        _ => (IReadOnlyCollection<TaskInfo>)[],
    };

    /// <param name="framework">Who hears it.</param>
    /// <param name="tasks">Which tasks.</param>
    /// <param name="taskState">As the framework is to see it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="message">Why, in words.</param>
    public void Answer(Framework framework, IEnumerable<TaskInfo> tasks, TaskState taskState, Reason reason, string message)
    {
        foreach (TaskInfo task in tasks)
        {
            context.Logger.TaskInvalid(task.TaskId.Value, framework.Id, message);
            StatusUpdate update = StatusUpdateBuilder.Create(
                context.Now, framework.Id, task.SlaveId.Value, task.TaskId.Clone(), taskState, reason, message);
            context.Metrics.TaskEnded(update.Status);
            forwarding.ForwardIfConnected(framework, update);
        }
    }
}
