using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.State;
using Mesos.Master.Tasks;
using Mesos.Master.Validation;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Accept;

/// <summary>Launches tasks: each is checked by itself, entered, and sent to the agent.</summary>
/// <remarks>Upstream: the LAUNCH case of <c>Master::_accept</c> in src/master/master.cpp.</remarks>
internal sealed class LaunchOperation(IMasterContext context, StatusForwarding forwarding)
{
    public void Perform(AcceptContext accepted, Offer.Types.Operation.Types.Launch operation)
    {
        foreach (TaskInfo task in operation.TaskInfos)
        {
            Prepare(accepted, task);
            if (TaskValidation.Validate(task, accepted.Framework, accepted.Agent, accepted.Remaining) is { } problem)
            {
                Refuse(accepted.Framework, task, problem);
            }
            else
            {
                Launch(accepted, task);
            }
        }
    }

    /// <summary>Fills in what frameworks may leave out.</summary>
    private static void Prepare(AcceptContext accepted, TaskInfo task)
    {
        ResourceFormat.UpgradeAll(task);
        AllocationInfos.Inject(task, accepted.Role);
        if (task.Executor is { } executor)
        {
            executor.FrameworkId ??= new FrameworkID { Value = accepted.Framework.Id };
        }

        if (task.HealthCheck is { HasType: false } check)
        {
            if (check.Command is not null && check.Http is null)
            {
                check.Type = HealthCheck.Types.Type.Command;
            }
            else if (check.Http is not null && check.Command is null)
            {
                check.Type = HealthCheck.Types.Type.Http;
            }
        }
    }

    private void Launch(AcceptContext accepted, TaskInfo task)
    {
        (Framework framework, Agent agent) = (accepted.Framework, accepted.Agent);

        // A command task gets an executor of its own, of which only the agent knows.
        bool launchExecutor = true;
        if (task.Executor is { } executor)
        {
            launchExecutor = agent.Executor(framework.Id, executor.ExecutorId.Value) is null;
            if (launchExecutor)
            {
                agent.AddExecutor(framework.Id, executor.Clone());
                framework.AddExecutor(agent.Id, executor.Clone());
                accepted.Use(Resources.From(executor.Resources));
            }
        }

        MasterTask launched = MasterTask.Launched(task, framework.Info.Id);
        agent.AddTask(launched);
        framework.AddTask(launched);
        accepted.Use(launched.Resources);
        context.Logger.Launching(launched.Id, framework.Id, agent.Id, launchExecutor);
        context.Send(agent.Pid, Message(framework, agent, task, launchExecutor));
    }

    private static RunTaskMessage Message(Framework framework, Agent agent, TaskInfo task, bool launchExecutor)
    {
        var message = new RunTaskMessage
        {
            Framework = framework.Info.Clone(),
            Pid = framework.PidText(),
            Task = task,
            LaunchExecutor = launchExecutor,
        };
        if (agent.ResourceVersion is { } version)
        {
            message.ResourceVersionUuids.Add(new ResourceVersionUUID { Uuid = version.Clone() });
        }

        if (!agent.Capabilities.ReservationRefinement)
        {
            ResourceFormat.TryDowngradeAll(message);
        }

        return message;
    }

    private void Refuse(Framework framework, TaskInfo task, string problem)
    {
        context.Logger.TaskInvalid(task.TaskId.Value, framework.Id, problem);
        StatusUpdate update = StatusUpdateBuilder.Create(
            context.Now,
            framework.Id,
            task.SlaveId.Value,
            task.TaskId,
            TaskState.TaskError,
            TaskStatus.Types.Reason.TaskInvalid,
            problem);
        context.Metrics.TaskEnded(update.Status);
        forwarding.Forward(framework, update, UPid.Empty);
    }
}
