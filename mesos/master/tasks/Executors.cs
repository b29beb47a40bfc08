using LibProcess.Addressing;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Tasks;

/// <summary>The end of executors: wished by a framework, or reported by an agent.</summary>
/// <remarks>Upstream: <c>Master::shutdown</c>, <c>exitedExecutor</c> in src/master/master.cpp.</remarks>
internal sealed class Executors(IMasterContext context, MasterState state, TaskTransitions transitions)
{
    public void OnShutdown(Framework framework, Call.Types.Shutdown call)
    {
        if (state.Agents.Find(call.SlaveId.Value) is not { } agent)
        {
            context.Logger.ExecutorMessageIgnored(call.ExecutorId.Value, framework.Id, call.SlaveId.Value, "the agent is unknown");
            return;
        }

        context.Send(agent.Pid, new ShutdownExecutorMessage
        {
            ExecutorId = call.ExecutorId,
            FrameworkId = new FrameworkID { Value = framework.Id },
        });
    }

    public void OnExited(UPid from, ExitedExecutorMessage message)
    {
        context.Metrics.MessagesExitedExecutor.Increment();
        (string frameworkId, string executorId) = (message.FrameworkId.Value, message.ExecutorId.Value);
        Agent? agent = state.Agents.Find(message.SlaveId.Value);
        if (agent is null || agent.Pid != from || agent.Executor(frameworkId, executorId) is null)
        {
            // Command executors are not known here; their end shows in their task.
            context.Logger.ExecutorMessageIgnored(
                executorId,
                frameworkId,
                message.SlaveId.Value,
                agent is null ? "the agent is unknown" : agent.Pid != from ? "it does not come from the agent" : "the executor is unknown");
            return;
        }

        transitions.RemoveExecutor(agent, frameworkId, executorId);
        if (state.Frameworks.Find(frameworkId) is { Connected: true } framework)
        {
            context.Send(framework, message);
        }
    }
}
