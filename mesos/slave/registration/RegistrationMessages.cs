using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Common.Versions;
using Mesos.Slave.State;

namespace Mesos.Slave.Registration;

/// <summary>What the agent tells a master about itself.</summary>
/// <remarks>Upstream: <c>Slave::doReliableRegistration</c> and <c>generateUpdateSlaveMessage</c> in src/slave/slave.cpp.</remarks>
internal static class RegistrationMessages
{
    /// <summary>For an agent without an id. Resources are in the older format, as far as it can express them.</summary>
    public static RegisterSlaveMessage Register(SlaveState state, AgentCapabilities capabilities)
    {
        var message = new RegisterSlaveMessage
        {
            Slave = state.Info.Clone(),
            Version = MesosVersion.Wire,
            ResourceVersionUuid = state.ResourceVersion.Clone(),
        };
        message.AgentCapabilities.Add(capabilities.ToMessages());
        state.Checkpointed.CopyTo(message.CheckpointedResources);
        ResourceFormat.TryDowngradeAll(message);
        return message;
    }

    /// <summary>For an agent that a master knew before: everything that goes on here.</summary>
    public static ReregisterSlaveMessage Reregister(SlaveState state, AgentCapabilities capabilities)
    {
        var message = new ReregisterSlaveMessage
        {
            Slave = state.Info.Clone(),
            Version = MesosVersion.Wire,
            ResourceVersionUuid = state.ResourceVersion.Clone(),
        };
        message.AgentCapabilities.Add(capabilities.ToMessages());
        state.Checkpointed.CopyTo(message.CheckpointedResources);
        foreach (Framework framework in state.Frameworks.Values)
        {
            Add(message, framework);
        }

        message.CompletedFrameworks.Add(state.CompletedFrameworks.Select(Completed));
        ResourceFormat.TryDowngradeAll(message);
        return message;
    }

    /// <summary>What follows every registration.</summary>
    public static UpdateSlaveMessage Update(SlaveState state)
    {
        var operations = new UpdateSlaveMessage.Types.Operations();
        operations.Operations_.Add(state.Operations.Values.Select(static operation => operation.Record.Clone()));
        return new UpdateSlaveMessage
        {
            SlaveId = state.Info.Id.Clone(),
            UpdateOversubscribedResources = false,
            Operations = operations,
            ResourceVersionUuid = state.ResourceVersion.Clone(),
            ResourceProviders = new UpdateSlaveMessage.Types.ResourceProviders(),
        };
    }

    private static void Add(ReregisterSlaveMessage message, Framework framework)
    {
        message.Frameworks.Add(framework.Info.Clone());
        message.Tasks.Add(framework.PendingTasks.Values.Select(pending => Staging(pending.Task, framework)));
        foreach (Executor executor in framework.Executors.Values)
        {
            message.Tasks.Add(executor.LaunchedTasks.Values.Concat(executor.TerminatedTasks.Values).Select(static task => task.Clone()));
            message.Tasks.Add(executor.QueuedTasks.Values.Select(task => Staging(task, framework)));

            // The master does not know executors the agent made up, and those that have ended hold nothing.
            if (!executor.IsForCommandTask && executor.Phase != ExecutorPhase.Terminated)
            {
                message.ExecutorInfos.Add(executor.Info.Clone());
            }
        }
    }

    private static Proto.Task Staging(TaskInfo task, Framework framework) => Tasks.Create(task, TaskState.TaskStaging, framework.Info.Id);

    private static Archive.Types.Framework Completed(Framework framework)
    {
        var archived = new Archive.Types.Framework { FrameworkInfo = framework.Info.Clone() };
        if (framework.Pid is { } pid)
        {
            archived.Pid = pid.ToString();
        }

        archived.Tasks.Add(framework.CompletedExecutors
            .SelectMany(static executor => executor.TerminatedTasks.Values.Concat(executor.CompletedTasks))
            .Select(static task => task.Clone()));
        return archived;
    }
}
