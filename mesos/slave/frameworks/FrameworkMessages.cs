using Google.Protobuf;
using LibProcess.Addressing;
using Mesos.Slave.State;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Frameworks;

/// <summary>Messages between schedulers and executors, which nobody guarantees.</summary>
/// <remarks>Upstream: <c>Slave::schedulerMessage</c> and <c>executorMessage</c> in src/slave/slave.cpp. Senders are not checked.</remarks>
internal sealed partial class FrameworkMessages(SlaveContext context)
{
    private readonly ILogger logger = context.Logger;
    private readonly SlaveState state = context.State;

    /// <summary>From a scheduler, direct or through the master, to an executor.</summary>
    public void ToExecutor(UPid from, FrameworkToExecutorMessage message)
    {
        if (Deliverable(message.FrameworkId.Value) is { } reason)
        {
            Drop(from, message.FrameworkId.Value, reason);
        }
        else if (state.FindExecutor(message.FrameworkId.Value, message.ExecutorId.Value) is { Phase: ExecutorPhase.Running, Pid: { } pid })
        {
            Deliver(pid, message);
        }
        else
        {
            Drop(from, message.FrameworkId.Value, $"executor '{message.ExecutorId.Value}' does not run");
        }
    }

    /// <summary>From an executor to its scheduler: straight to it, or through the master where it speaks HTTP.</summary>
    public void ToFramework(UPid from, ExecutorToFrameworkMessage message)
    {
        if (Deliverable(message.FrameworkId.Value) is { } reason)
        {
            Drop(from, message.FrameworkId.Value, reason);
        }
        else
        {
            Deliver(state.FindFramework(message.FrameworkId.Value)!.Pid ?? state.Master!, message);
        }
    }

    private string? Deliverable(string frameworkId) =>
        state.Phase != SlavePhase.Running || state.Master is null ? "the agent is not registered" :
        state.FindFramework(frameworkId) is not { } framework ? "the framework is unknown" :
        framework.IsTerminating ? "the framework is terminating" : null;

    private void Deliver(UPid to, IMessage message)
    {
        context.Metrics.ValidFrameworkMessages.Increment();
        context.Actor.Send(to, message);
    }

    private void Drop(UPid from, string frameworkId, string why)
    {
        context.Metrics.InvalidFrameworkMessages.Increment();
        LogDropping(from, frameworkId, why);
    }

    [LoggerMessage(3141, LogLevel.Warning, "Dropping a framework message from {From} for framework {Framework}: {Why}")]
    private partial void LogDropping(UPid from, string framework, string why);
}
