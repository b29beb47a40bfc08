using LibProcess.Addressing;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Master.Agents;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Tasks;

/// <summary>Acknowledgements of status updates, on their way from the scheduler to the agent. A task whose end is acknowledged is forgotten.</summary>
/// <remarks>Upstream: <c>Master::acknowledge</c> in src/master/master.cpp.</remarks>
internal sealed class Acknowledgements(IMasterContext context, MasterState state, TaskTransitions transitions, Draining draining)
{
    /// <summary>The older form of the call.</summary>
    public void OnMessage(UPid from, StatusUpdateAcknowledgementMessage message)
    {
        Framework? framework = state.Frameworks.Find(message.FrameworkId.Value);
        string? problem =
            !UuidBytes.IsValid(message.Uuid.Span) ? "its uuid is not valid"
            : framework is null ? "the framework is unknown"
            : framework.Pid != from ? "it does not come from the framework"
            : null;
        if (problem is not null)
        {
            Ignore(message.TaskId, message.FrameworkId.Value, problem);
            return;
        }

        Acknowledge(framework!, new Call.Types.Acknowledge { SlaveId = message.SlaveId, TaskId = message.TaskId, Uuid = message.Uuid });
    }

    /// <param name="framework">Who acknowledges.</param>
    /// <param name="call">Its uuid has been checked.</param>
    public void Acknowledge(Framework framework, Call.Types.Acknowledge call)
    {
        context.Metrics.MessagesStatusUpdateAcknowledgement.Increment();
        Agent? agent = state.Agents.Find(call.SlaveId.Value);
        if (agent is not { Connected: true })
        {
            Ignore(call.TaskId, framework.Id, agent is null ? "the agent is not registered" : "the agent is disconnected");
            return;
        }

        if (agent.Task(framework.Id, call.TaskId.Value) is { } task)
        {
            if (!task.Info.HasStatusUpdateState)
            {
                // The agent sent it to an earlier master, and will send it again to this one.
                Ignore(call.TaskId, framework.Id, "the update was not sent by this master");
                return;
            }

            if (task.Info.StatusUpdateState.IsTerminal() && task.Info.StatusUpdateUuid == call.Uuid)
            {
                transitions.Remove(task);
            }
        }

        context.Send(agent.Pid, new StatusUpdateAcknowledgementMessage
        {
            SlaveId = call.SlaveId,
            FrameworkId = new FrameworkID { Value = framework.Id },
            TaskId = call.TaskId,
            Uuid = call.Uuid,
        });
        context.Metrics.ValidStatusUpdateAcknowledgements.Increment();
        draining.Check(agent);
    }

    private void Ignore(TaskID taskId, string frameworkId, string reason)
    {
        context.Metrics.InvalidStatusUpdateAcknowledgements.Increment();
        context.Logger.AcknowledgementIgnored(taskId.Value, frameworkId, reason);
    }
}
