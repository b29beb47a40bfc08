using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.Allocator;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Agents;

/// <summary>Enters an agent that the registry has let in.</summary>
/// <remarks>Upstream: <c>Master::addSlave</c> in src/master/master.cpp.</remarks>
internal sealed class AgentAdmission(IMasterContext context, MasterState state, IAllocator allocator)
{
    /// <summary>What agents are told when they have registered.</summary>
    public MasterSlaveConnection Connection => new() { TotalPingTimeoutSeconds = context.Options.TotalPingTimeoutSeconds };

    /// <summary>Makes an agent known: linked, pinged, offered.</summary>
    /// <param name="agent">With the tasks and executors it brings along.</param>
    public void Admit(Agent agent)
    {
        state.Agents.Add(agent);
        context.Link(agent.Pid);
        agent.Observer = context.Observe(agent);
        foreach ((string frameworkId, Dictionary<string, ExecutorInfo> executors) in agent.Executors)
        {
            Framework? framework = state.Frameworks.Find(frameworkId);
            foreach (ExecutorInfo executor in executors.Values)
            {
                framework?.AddExecutor(agent.Id, executor);
            }
        }

        foreach ((string frameworkId, Dictionary<string, MasterTask> tasks) in agent.Tasks)
        {
            Framework? framework = state.Frameworks.Find(frameworkId);
            foreach (MasterTask task in tasks.Values)
            {
                framework?.AddTask(task);
            }
        }

        allocator.AddAgent(agent.Info, agent.Capabilities, agent.TotalResources, agent.Used.ByOwner);
    }

    /// <summary>An agent that registers for the first time.</summary>
    public Agent Create(UPid pid, RegisterSlaveMessage message, Resources total)
    {
        var agent = new Agent(message.Slave, pid, context.Now);
        agent.Update(
            message.Slave,
            message.Version,
            AgentCapabilities.Of(message.AgentCapabilities),
            Resources.From(message.CheckpointedResources),
            total,
            message.ResourceVersionUuid);
        return agent;
    }
}
