using Mesos.Common;
using Mesos.Master.State;
using Mesos.Master.Validation;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Reason = Mesos.Proto.TaskStatus.Types.Reason;

namespace Mesos.Master.Accept;

/// <summary>Launches tasks that live and die together on one executor: all or none.</summary>
/// <remarks>Upstream: the LAUNCH_GROUP case of <c>Master::_accept</c> in src/master/master.cpp.</remarks>
internal sealed class LaunchGroupOperation(IMasterContext context, TaskAnswers answers) : IAcceptedOperation
{
    public void Perform(AcceptContext accepted, Offer.Types.Operation operation)
    {
        (TaskGroupInfo group, ExecutorInfo executor) = (operation.LaunchGroup.TaskGroup, operation.LaunchGroup.Executor);
        Framework framework = accepted.Framework;
        if (group.Tasks.Any(accepted.Killed.Contains))
        {
            answers.Answer(
                framework,
                group.Tasks.Where(task => !accepted.Killed.Contains(task)),
                TaskState.TaskKilled,
                Reason.TaskKilledDuringLaunch,
                "A task within the task group was killed before delivery to the agent");
        }
        else if (group.Tasks.Select(task => accepted.Refusals.GetValueOrDefault(task)).FirstOrDefault(refusal => refusal is not null) is { } refusal)
        {
            answers.Answer(framework, group.Tasks, TaskState.TaskError, Reason.TaskGroupUnauthorized, refusal);
        }
        else if (TaskGroupValidation.Validate(group, executor, framework, accepted.Agent, accepted.Remaining) is { } problem)
        {
            answers.Answer(framework, group.Tasks, TaskState.TaskError, Reason.TaskGroupInvalid, problem);
        }
        else
        {
            Launch(accepted, group, executor);
        }
    }

    private void Launch(AcceptContext accepted, TaskGroupInfo group, ExecutorInfo executor)
    {
        (Framework framework, Agent agent) = (accepted.Framework, accepted.Agent);
        var message = new RunTaskGroupMessage
        {
            Framework = framework.Info.Clone(),
            Executor = executor,
            TaskGroup = group,
            LaunchExecutor = TaskEntry.EnterExecutor(accepted, executor),
        };
        TaskEntry.AddVersions(agent, message.ResourceVersionUuids);
        foreach (TaskInfo task in group.Tasks)
        {
            TaskEntry.Enter(accepted, task);
            context.Logger.Launching(task.TaskId.Value, framework.Id, agent.Id, message.LaunchExecutor);
        }

        if (!agent.Capabilities.ReservationRefinement)
        {
            ResourceFormat.TryDowngradeAll(message);
        }

        framework.Metrics?.OperationSent(Offer.Types.Operation.Types.Type.LaunchGroup);
        context.Send(agent.Pid, message);
    }
}
