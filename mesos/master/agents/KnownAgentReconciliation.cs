using Mesos.Common.Protobuf;
using Mesos.Master.State;
using Mesos.Master.Tasks;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Agents;

/// <summary>Compares what a returning agent lists with what the master has for it, and tells the agent of the differences.</summary>
/// <remarks>Upstream: <c>Master::reconcileKnownSlave</c> in src/master/master.cpp.</remarks>
internal sealed class KnownAgentReconciliation(IMasterContext context, MasterState state, AgentAdmission admission, TaskTransitions transitions)
{
    /// <summary>Answers an agent that does not know yet that it is back: what it lists is older than what the master has.</summary>
    public void AnswerAgain(Agent agent, ReregisterSlaveMessage message) => context.Send(agent.Pid, Answer(agent, Listed(message)));

    public void Reconcile(Agent agent, ReregisterSlaveMessage message)
    {
        HashSet<(string Framework, string Task)> listed = Listed(message);
        context.Send(agent.Pid, Answer(agent, listed));
        RemoveUnlistedExecutors(agent, message);
        KillAgain(agent, message);
        foreach (string frameworkId in listed.Select(entry => entry.Framework).Distinct().Where(state.Frameworks.Completed.Contains))
        {
            context.Logger.CompletedFrameworkOnAgent(frameworkId, agent.Id);
            context.Send(agent.Pid, new ShutdownFrameworkMessage { FrameworkId = new FrameworkID { Value = frameworkId } });
        }
    }

    private static HashSet<(string Framework, string Task)> Listed(ReregisterSlaveMessage message) =>
        [.. message.Tasks.Select(task => (task.FrameworkId.Value, task.TaskId.Value))];

    private SlaveReregisteredMessage Answer(Agent agent, HashSet<(string Framework, string Task)> listed)
    {
        var answer = new SlaveReregisteredMessage
        {
            SlaveId = new SlaveID { Value = agent.Id },
            Connection = admission.Connection,
        };
        foreach ((string frameworkId, Dictionary<string, MasterTask> tasks) in agent.Tasks)
        {
            MasterTask[] missing = [.. tasks.Values.Where(task => !listed.Contains((frameworkId, task.Id)))];
            if (missing.Length > 0)
            {
                answer.Reconciliations.Add(Ask(agent, frameworkId, missing));
            }
        }

        return answer;
    }

    /// <summary>The agent answers each with an update that says what became of the task.</summary>
    private ReconcileTasksMessage Ask(Agent agent, string frameworkId, MasterTask[] missing)
    {
        var question = new ReconcileTasksMessage
        {
            FrameworkId = new FrameworkID { Value = frameworkId },
            Framework = state.Frameworks.Find(frameworkId)?.Info.Clone(),
        };
        foreach (MasterTask task in missing)
        {
            context.Logger.TaskMissingOnAgent(task.Id, frameworkId, agent.Id);
            question.Statuses.Add(new TaskStatus
            {
                TaskId = task.Info.TaskId.Clone(),
                SlaveId = new SlaveID { Value = agent.Id },
                State = task.ReportedState,
                Source = TaskStatus.Types.Source.Master,
                Message = "Reconciliation request",
                Reason = TaskStatus.Types.Reason.Reconciliation,
                Timestamp = context.Now.ToSeconds(),
            });
        }

        return question;
    }

    private void RemoveUnlistedExecutors(Agent agent, ReregisterSlaveMessage message)
    {
        HashSet<(string Framework, string Executor)> listed =
            [.. message.ExecutorInfos.Select(executor => (executor.FrameworkId.Value, executor.ExecutorId.Value))];
        var missing = agent.Executors
            .SelectMany(entry => entry.Value.Keys.Select(id => (Framework: entry.Key, Executor: id)))
            .Where(entry => !listed.Contains(entry))
            .ToArray();
        foreach ((string frameworkId, string executorId) in missing)
        {
            transitions.RemoveExecutor(agent, frameworkId, executorId);
        }
    }

    private void KillAgain(Agent agent, ReregisterSlaveMessage message)
    {
        foreach (Proto.Task task in message.Tasks)
        {
            if (!task.State.IsTerminal() && agent.WasKilled(task.FrameworkId.Value, task.TaskId.Value))
            {
                context.Send(agent.Pid, new KillTaskMessage { FrameworkId = task.FrameworkId.Clone(), TaskId = task.TaskId.Clone() });
            }
        }
    }
}
