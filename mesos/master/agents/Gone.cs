using Mesos.Common.Protobuf;
using Mesos.Master.Registrar;
using Mesos.Master.Registrar.Operations;
using Mesos.Master.State;
using Mesos.Master.Tasks;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Agents;

/// <summary>Agents that an operator gives up for good: they are told to end, and never come back under the same id.</summary>
/// <remarks>
/// Upstream: <c>Master::Http::_markAgentGone</c> in src/master/http.cpp, <c>Master::markGone</c> in src/master/master.cpp. There an
/// agent that has not come back since a failover keeps its place among those that may, and ends the master when its time is over.
/// </remarks>
internal sealed class Gone(IMasterContext context, MasterState state, IRegistrar registrar, AgentDeparture departure, StatusForwarding forwarding)
{
    private const string Message = "Agent has been marked gone";

    /// <summary>Marks an agent gone, wherever it is.</summary>
    public async Task<OperatorAnswer> MarkAsync(string agentId)
    {
        AgentTable agents = state.Agents;
        if (agents.Gone.ContainsKey(agentId))
        {
            return OperatorAnswer.Done;
        }

        string? underWay =
            agents.MarkingGone.Contains(agentId) ? "already being transitioned to gone"
            : agents.Removing.Contains(agentId) ? "being transitioned to removed"
            : agents.MarkingUnreachable.Contains(agentId) ? "being transitioned to unreachable"
            : null;
        if (underWay is not null)
        {
            return new OperatorAnswer(OperatorResult.Unavailable, $"Agent '{agentId}' is {underWay}");
        }

        if (agents.Find(agentId) is null && !agents.Recovered.ContainsKey(agentId) && !agents.Unreachable.ContainsKey(agentId))
        {
            return new OperatorAnswer(OperatorResult.NotFound, $"Agent '{agentId}' not found");
        }

        agents.MarkingGone.Add(agentId);
        TimeInfo now = context.Now.ToTimeInfo();
        RegistryAnswer answer = await registrar.WriteAsync(context, new MarkAgentGone(agentId, now.Clone()), "mark an agent gone");
        agents.MarkingGone.Remove(agentId);
        if (!answer.Applied)
        {
            return OperatorAnswer.NotStored(answer.Refusal);
        }

        agents.Gone[agentId] = now;
        Leave(agentId);
        return OperatorAnswer.Done;
    }

    private void Leave(string agentId)
    {
        AgentTable agents = state.Agents;
        agents.Recovered.Remove(agentId);
        agents.Unreachable.Remove(agentId);
        agents.Draining.Remove(agentId);
        agents.Deactivated.Remove(agentId);
        context.Logger.MarkedGone(agentId);
        if (agents.Find(agentId) is not { } agent)
        {
            EndUnreachableTasks(agentId);
            return;
        }

        context.Send(agent.Pid, new ShutdownMessage { Message = Message });
        departure.Depart(agent, new DepartureReason(
            OutcomeFor,
            Message,
            UnreachableSince: null));
    }

    private static (TaskState State, TaskStatus.Types.Reason Reason) OutcomeFor(FrameworkCapabilities capabilities) => capabilities.PartitionAware
        ? (TaskState.TaskGoneByOperator, TaskStatus.Types.Reason.SlaveRemovedByOperator)
        : (TaskState.TaskLost, TaskStatus.Types.Reason.SlaveRemoved);

    private void EndUnreachableTasks(string agentId)
    {
        if (!state.Agents.UnreachableTasks.Remove(agentId, out List<(string Framework, string Task)>? tasks))
        {
            return;
        }

        foreach ((string frameworkId, string taskId) in tasks)
        {
            if (state.Frameworks.Find(frameworkId) is { } framework && framework.UnreachableTasks.TryGet(taskId, out Proto.Task? task))
            {
                framework.UnreachableTasks.Remove(taskId);
                EndTask(framework, task);
            }
        }
    }

    private void EndTask(Framework framework, Proto.Task task)
    {
        (TaskState taskState, TaskStatus.Types.Reason reason) = OutcomeFor(framework.Capabilities);
        StatusUpdate update = StatusUpdateBuilder.Create(context.Now, new MasterTask(task), taskState, reason, Message);
        task.State = update.Status.State;
        task.Statuses.Add(update.Status.Clone());
        context.Metrics.TaskEnded(update.Status);
        framework.AddCompletedTask(task);
        forwarding.ForwardIfConnected(framework, update);
    }
}
