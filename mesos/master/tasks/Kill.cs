using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Tasks;

/// <summary>Kills tasks.</summary>
/// <remarks>Upstream: <c>Master::kill</c> in src/master/master.cpp. Every call is passed on, also a repeated one.</remarks>
internal sealed class Kill(IMasterContext context, MasterState state, Reconciliation reconciliation)
{
    public void OnKill(Framework framework, Call.Types.Kill call)
    {
        context.Metrics.MessagesKillTask.Increment();
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
