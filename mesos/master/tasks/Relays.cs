using Google.Protobuf;
using LibProcess.Addressing;
using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Tasks;

/// <summary>Messages between schedulers and executors. Nobody promises that they arrive.</summary>
/// <remarks>Upstream: <c>Master::message</c>, <c>schedulerMessage</c>, <c>executorMessage</c> in src/master/master.cpp.</remarks>
internal sealed class Relays(IMasterContext context, MasterState state)
{
    /// <summary>The older form of the call.</summary>
    public void OnFrameworkToExecutor(UPid from, FrameworkToExecutorMessage message)
    {
        Framework? framework = state.Frameworks.Find(message.FrameworkId.Value);
        if (framework is null || framework.Pid != from)
        {
            RefuseToExecutor(message.FrameworkId.Value, framework is null ? "the framework is unknown" : "it does not come from the framework");
            return;
        }

        ToExecutor(framework, message.SlaveId, message.ExecutorId, message.Data);
    }

    public void OnMessage(Framework framework, Call.Types.Message call) => ToExecutor(framework, call.SlaveId, call.ExecutorId, call.Data);

    public void OnExecutorToFramework(UPid from, ExecutorToFrameworkMessage message)
    {
        context.Metrics.MessagesExecutorToFramework.Increment();
        Framework? framework = state.Frameworks.Find(message.FrameworkId.Value);
        string? problem =
            state.Agents.Find(message.SlaveId.Value) is null ? "the agent is not registered"
            : framework is null ? "the framework is unknown"
            : !framework.Connected ? "the framework is disconnected"
            : null;
        if (problem is not null)
        {
            context.Metrics.InvalidExecutorToFrameworkMessages.Increment();
            context.Logger.RelayIgnored(message.FrameworkId.Value, problem);
            return;
        }

        context.Send(framework!, message);
        context.Metrics.ValidExecutorToFrameworkMessages.Increment();
    }

    private void ToExecutor(Framework framework, SlaveID agentId, ExecutorID executorId, ByteString data)
    {
        context.Metrics.MessagesFrameworkToExecutor.Increment();
        Agent? agent = state.Agents.Find(agentId.Value);
        if (agent is not { Connected: true })
        {
            RefuseToExecutor(framework.Id, agent is null ? "the agent is not registered" : "the agent is disconnected");
            return;
        }

        context.Send(agent.Pid, new FrameworkToExecutorMessage
        {
            SlaveId = agentId,
            FrameworkId = new FrameworkID { Value = framework.Id },
            ExecutorId = executorId,
            Data = data,
        });
        context.Metrics.ValidFrameworkToExecutorMessages.Increment();
    }

    private void RefuseToExecutor(string frameworkId, string reason)
    {
        context.Metrics.InvalidFrameworkToExecutorMessages.Increment();
        context.Logger.RelayIgnored(frameworkId, reason);
    }
}
