using Google.Protobuf.Collections;
using Mesos.Common;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Accept;

/// <summary>Enters launched tasks and their executors where they count: agent, framework, offered resources.</summary>
internal static class TaskEntry
{
    /// <summary>The versions of an agent's resources, which a launch carries so that the agent notices one that is out of date.</summary>
    public static void AddVersions(Agent agent, RepeatedField<ResourceVersionUUID> versions)
    {
        if (agent.ResourceVersion is { } version)
        {
            versions.Add(new ResourceVersionUUID { Uuid = version.Clone() });
        }

        foreach (AgentProvider provider in agent.Operations.Providers.Values)
        {
            versions.Add(new ResourceVersionUUID { ResourceProviderId = provider.Info.Id.Clone(), Uuid = provider.ResourceVersion.Clone() });
        }
    }

    /// <returns>Whether the executor is new on this agent.</returns>
    public static bool EnterExecutor(AcceptContext accepted, ExecutorInfo executor)
    {
        (Framework framework, Agent agent) = (accepted.Framework, accepted.Agent);
        if (agent.Executor(framework.Id, executor.ExecutorId.Value) is not null)
        {
            return false;
        }

        agent.AddExecutor(framework.Id, executor.Clone());
        framework.AddExecutor(agent.Id, executor.Clone());
        accepted.Use(Resources.From(executor.Resources));
        return true;
    }

    public static void Enter(AcceptContext accepted, TaskInfo task)
    {
        MasterTask launched = MasterTask.Launched(task, accepted.Framework.Info.Id);
        accepted.Agent.AddTask(launched);
        accepted.Framework.AddTask(launched);
        accepted.Use(launched.Resources);
    }
}
