using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.State;
using Mesos.Master.Tasks;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Agents;

/// <summary>Enters an agent that was unreachable, that an earlier master knew, or that nobody knows, with all it brings along.</summary>
/// <remarks>Upstream: <c>Master::__reregisterSlave</c> in src/master/master.cpp.</remarks>
internal sealed class ReturningAgent(IMasterContext context, MasterState state, AgentAdmission admission, StatusForwarding forwarding, Draining draining, AgentActivation activation)
{
    public Agent Enter(UPid from, ReregisterSlaveMessage message, Resources total)
    {
        string id = message.Slave.Id.Value;
        Announce(id, message);
        Agent agent = Create(from, message, total);
        state.Agents.Recovered.Remove(id);
        state.Agents.Removed.Remove(id);
        state.Agents.Unreachable.Remove(id);
        ForgetUnreachableTasks(id);
        context.Metrics.AgentReregistrations.Increment();
        admission.Admit(agent);
        Archive(message);
        if (state.Agents.Deactivated.Contains(id))
        {
            activation.Deactivate(agent);
        }

        if (draining.Tell(agent) && !agent.Capabilities.ResourceProvider)
        {
            draining.Check(agent);
        }

        context.Send(from, new SlaveReregisteredMessage
        {
            SlaveId = new SlaveID { Value = id },
            Connection = admission.Connection,
        });
        context.Logger.Reregistered(id, from, agent.TotalResources);
        foreach (FrameworkInfo framework in message.Frameworks)
        {
            if (state.Frameworks.Completed.Contains(framework.Id.Value))
            {
                context.Logger.CompletedFrameworkOnAgent(framework.Id.Value, id);
                context.Send(from, new ShutdownFrameworkMessage { FrameworkId = framework.Id.Clone() });
            }
        }

        return agent;
    }

    /// <summary>Frameworks that took the tasks for lost hear that they live. Of an agent the registry knows nothing was said.</summary>
    private void Announce(string id, ReregisterSlaveMessage message)
    {
        if (state.Agents.Recovered.ContainsKey(id))
        {
            return;
        }

        string text = state.Agents.Unreachable.ContainsKey(id) ? "Unreachable agent re-reregistered" : "Unknown agent reregistered";
        foreach (Proto.Task task in message.Tasks)
        {
            if (state.Frameworks.Find(task.FrameworkId.Value) is not { } framework)
            {
                continue;
            }

            framework.UnreachableTasks.Remove(task.TaskId.Value);
            framework.ForgetCompletedTask(task.TaskId.Value);
            StatusUpdate update = StatusUpdateBuilder.Describe(
                context.Now, new MasterTask(task), task.State, TaskStatus.Types.Reason.SlaveReregistered, text);
            forwarding.ForwardIfConnected(framework, update);
        }
    }

    private Agent Create(UPid from, ReregisterSlaveMessage message, Resources total)
    {
        var agent = new Agent(message.Slave, from, context.Now) { ReregisteredTime = context.Now };
        agent.Update(
            message.Slave,
            message.Version,
            AgentCapabilities.Of(message.AgentCapabilities),
            Resources.From(message.CheckpointedResources),
            total,
            message.ResourceVersionUuid);
        agent.OwesReport = agent.Capabilities.ResourceProvider;
        foreach (ExecutorInfo executor in message.ExecutorInfos)
        {
            agent.AddExecutor(executor.FrameworkId.Value, executor);
        }

        foreach (Proto.Task task in message.Tasks)
        {
            if (!state.Frameworks.Completed.Contains(task.FrameworkId.Value))
            {
                agent.AddTask(new MasterTask(task));
            }
        }

        return agent;
    }

    private void ForgetUnreachableTasks(string id)
    {
        if (!state.Agents.UnreachableTasks.Remove(id, out List<(string Framework, string Task)>? tasks))
        {
            return;
        }

        foreach ((string frameworkId, string taskId) in tasks)
        {
            state.Frameworks.Find(frameworkId)?.UnreachableTasks.Remove(taskId);
        }
    }

    private void Archive(ReregisterSlaveMessage message)
    {
        foreach (Archive.Types.Framework completed in message.CompletedFrameworks)
        {
            if (state.Frameworks.Find(completed.FrameworkInfo.Id?.Value) is { } framework)
            {
                foreach (Proto.Task task in completed.Tasks)
                {
                    framework.AddCompletedTask(task);
                }
            }
        }
    }
}
