using LibProcess.Addressing;
using Mesos.Common.Values;
using Mesos.Master.State;
using Mesos.Proto.Internal;

namespace Mesos.Master.Tasks;

/// <summary>Status updates from agents: passed on to the framework, and taken over into the master's view.</summary>
/// <remarks>
/// Upstream: <c>Master::statusUpdate</c> in src/master/master.cpp, which ends on a missing sender or uuid; here such an update
/// is dropped. The agent repeats an update until it is acknowledged, so nothing is lost by dropping one.
/// </remarks>
internal sealed class StatusUpdateRelay(IMasterContext context, MasterState state, StatusForwarding forwarding, TaskTransitions transitions)
{
    public void OnStatusUpdate(UPid from, StatusUpdateMessage message)
    {
        context.Metrics.MessagesStatusUpdate.Increment();
        StatusUpdate update = message.Update;
        string agentId = update.SlaveId?.Value ?? string.Empty;
        Agent? agent = state.Agents.Find(agentId);
        string? problem =
            !UPid.TryParse(message.Pid, out UPid pid) || pid.IsEmpty ? "it does not say which agent waits for the acknowledgement"
            : agent is null ? state.Agents.Removed.Contains(agentId) ? "the agent was removed" : "the agent is unknown"
            : !UuidBytes.IsValid(update.Uuid.Span) ? "its uuid is not valid"
            : !update.Status.HasUuid ? "its status has no uuid"
            : null;
        if (problem is not null)
        {
            context.Metrics.InvalidStatusUpdates.Increment();
            context.Logger.UpdateIgnored(update.Status.TaskId.Value, update.FrameworkId.Value, agentId, from, problem);
            return;
        }

        Framework? framework = state.Frameworks.Find(update.FrameworkId.Value);
        MasterTask? task = agent!.Task(update.FrameworkId.Value, update.Status.TaskId.Value);
        bool heard = framework is { Connected: true };
        if (heard)
        {
            // The message goes away with its parts, so the master keeps a copy.
            forwarding.Forward(framework!, update.Clone(), pid);
        }
        else
        {
            context.Logger.UpdateNotForwarded(update.Status.TaskId.Value, update.FrameworkId.Value);
        }

        if (task is not null)
        {
            transitions.Update(task, update);
        }

        (heard && task is not null ? context.Metrics.ValidStatusUpdates : context.Metrics.InvalidStatusUpdates).Increment();
    }
}
