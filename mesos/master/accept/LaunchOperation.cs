using Mesos.Common;
using Mesos.Master.State;
using Mesos.Master.Validation;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Reason = Mesos.Proto.TaskStatus.Types.Reason;

namespace Mesos.Master.Accept;

/// <summary>Launches tasks: each is checked by itself, entered, and sent to the agent.</summary>
/// <remarks>Upstream: the LAUNCH case of <c>Master::_accept</c> in src/master/master.cpp.</remarks>
internal sealed class LaunchOperation(IMasterContext context, TaskAnswers answers) : IAcceptedOperation
{
    public void Perform(AcceptContext accepted, Offer.Types.Operation operation)
    {
        foreach (TaskInfo task in operation.Launch.TaskInfos)
        {
            if (accepted.Killed.Contains(task))
            {
                // The framework has been told.
            }
            else if (accepted.Refusals.TryGetValue(task, out string? refusal))
            {
                answers.Answer(accepted.Framework, [task], TaskState.TaskError, Reason.TaskUnauthorized, refusal);
            }
            else if (TaskValidation.Validate(task, accepted.Framework, accepted.Agent, accepted.Available) is { } problem)
            {
                answers.Answer(accepted.Framework, [task], TaskState.TaskError, Reason.TaskInvalid, problem);
            }
            else
            {
                Launch(accepted, task);
            }
        }
    }

    private void Launch(AcceptContext accepted, TaskInfo task)
    {
        (Framework framework, Agent agent) = (accepted.Framework, accepted.Agent);

        // A command task gets an executor of its own, of which only the agent knows.
        bool launchExecutor = task.Executor is null || TaskEntry.EnterExecutor(accepted, task.Executor);
        TaskEntry.Enter(accepted, task);
        context.Logger.Launching(task.TaskId.Value, framework.Id, agent.Id, launchExecutor);
        var message = new RunTaskMessage
        {
            Framework = framework.Info.Clone(),
            Pid = framework.PidText(),
            Task = task,
            LaunchExecutor = launchExecutor,
        };
        TaskEntry.AddVersions(agent, message.ResourceVersionUuids);
        if (!agent.Capabilities.ReservationRefinement)
        {
            ResourceFormat.TryDowngradeAll(message);
        }

        framework.Metrics?.OperationSent(Offer.Types.Operation.Types.Type.Launch);
        context.Send(agent.Pid, message);
    }
}
