using Mesos.Common.Values;
using Mesos.Master.State;
using Mesos.Master.Tasks;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Agents;

/// <summary>Agents whose connection broke, or that stopped answering pings.</summary>
/// <remarks>Upstream: <c>Master::exited</c>, <c>disconnect</c>, <c>agentReregisterTimeout</c> in src/master/master.cpp.</remarks>
internal sealed class AgentConnection(
    IMasterContext context,
    MasterState state,
    AgentActivation activation,
    TaskTransitions transitions,
    StatusForwarding forwarding,
    Unreachable unreachable)
{
    public void OnExited(Agent agent)
    {
        if (!agent.Connected)
        {
            return;
        }

        context.Logger.AgentDisconnected(agent.Id, agent.Pid);
        agent.Connected = false;
        agent.Observer?.Disconnected();
        activation.Deactivate(agent);
        foreach (string frameworkId in agent.Tasks.Keys.Union(agent.Executors.Keys).ToArray())
        {
            if (state.Frameworks.Find(frameworkId) is { Info.Checkpoint: false } framework)
            {
                RemoveFramework(agent, framework);
            }
        }

        agent.ReregistrationTimer?.Dispose();
        agent.ReregistrationTimer = context.Delay(context.Options.AgentReregisterTimeout, () => OnTimeout(agent.Id), nameof(OnTimeout));
    }

    /// <summary>An agent missed too many pings.</summary>
    public void OnSilent(string agentId) => context.Run(() => unreachable.MarkAsync(agentId, "health check timed out"), nameof(OnSilent));

    private void OnTimeout(string agentId)
    {
        context.Metrics.UnreachableScheduled.Increment();
        context.Run(() => MarkAsync(agentId), nameof(OnTimeout));
    }

    private async Task MarkAsync(string agentId)
    {
        if (context.RemovalLimiter is { } limiter)
        {
            await limiter.AcquireAsync(context.Terminated);
        }

        string timeout = Duration.FromTimeSpan(context.Options.AgentReregisterTimeout).ToString();
        bool away = state.Agents.Find(agentId) is { Connected: false };
        (away ? context.Metrics.UnreachableCompleted : context.Metrics.UnreachableCanceled).Increment();
        if (away)
        {
            await unreachable.MarkAsync(agentId, $"agent did not reregister within {timeout} after disconnecting");
        }
    }

    /// <summary>Without checkpoints the executors of a framework end with the agent.</summary>
    private void RemoveFramework(Agent agent, Framework framework)
    {
        if (agent.Tasks.TryGetValue(framework.Id, out Dictionary<string, MasterTask>? tasks))
        {
            foreach (MasterTask task in tasks.Values.ToArray())
            {
                StatusUpdate update = StatusUpdateBuilder.Create(
                    context.Now,
                    task,
                    TaskState.TaskLost,
                    TaskStatus.Types.Reason.SlaveDisconnected,
                    $"Agent {agent.Info.Hostname} disconnected");
                transitions.Update(task, update);
                transitions.Remove(task);
                forwarding.ForwardIfConnected(framework, update);
            }
        }

        if (agent.Executors.TryGetValue(framework.Id, out Dictionary<string, ExecutorInfo>? executors))
        {
            foreach (string executorId in executors.Keys.ToArray())
            {
                transitions.RemoveExecutor(agent, framework.Id, executorId);
            }
        }
    }
}
