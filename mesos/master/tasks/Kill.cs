using LibProcess.Addressing;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Tasks;

/// <summary>Kills tasks.</summary>
/// <remarks>Upstream: <c>Master::kill</c> in src/master/master.cpp. Every call is passed on, also a repeated one.</remarks>
internal sealed class Kill(IMasterContext context, MasterState state, Reconciliation reconciliation, StatusForwarding forwarding)
{
    public void OnKill(Framework framework, Call.Types.Kill call)
    {
        context.Metrics.MessagesKillTask.Increment();
        if (framework.PendingTasks.Remove(call.TaskId.Value))
        {
            // Its launch still waits for a permission, and ends there.
            StatusUpdate update = StatusUpdateBuilder.Create(
                context.Now,
                framework.Id,
                agentId: null,
                call.TaskId,
                TaskState.TaskKilled,
                TaskStatus.Types.Reason.TaskKilledDuringLaunch,
                "Killed before delivery to the agent");
            context.Metrics.TaskEnded(update.Status);
            forwarding.Forward(framework, update, UPid.Empty);
            return;
        }

        if (framework.Task(call.TaskId.Value) is not { } task)
        {
            context.Logger.KillOfUnknownTask(call.TaskId.Value, framework.Id);
            reconciliation.Reconcile(framework, [new Call.Types.Reconcile.Types.Task { TaskId = call.TaskId, SlaveId = call.SlaveId }]);
            return;
        }

        if (call.SlaveId is { } expected && expected.Value != task.AgentId)
        {
            context.Logger.KillOnOtherAgent(call.TaskId.Value, framework.Id, expected.Value, task.AgentId);
            return;
        }

        if (state.Agents.Find(task.AgentId) is not { } agent)
        {
            return;
        }

        agent.RememberKill(framework.Id, task.Id);
        if (!agent.Connected)
        {
            context.Logger.KillPostponed(task.Id, framework.Id, agent.Id);
            return;
        }

        context.Send(agent.Pid, new KillTaskMessage
        {
            FrameworkId = new FrameworkID { Value = framework.Id },
            TaskId = call.TaskId,
            KillPolicy = call.KillPolicy,
        });
    }
}
