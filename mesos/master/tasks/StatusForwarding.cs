using LibProcess.Addressing;
using Mesos.Master.State;
using Mesos.Proto.Internal;

namespace Mesos.Master.Tasks;

/// <summary>Passes status updates to schedulers.</summary>
/// <remarks>Upstream: <c>Master::forward</c> in src/master/master.cpp.</remarks>
internal sealed class StatusForwarding(IMasterContext context)
{
    /// <summary>Sends an update and remembers what the framework has been told.</summary>
    /// <param name="framework">The framework; where nobody listens the update is dropped.</param>
    /// <param name="update">Belongs to the receiver afterwards.</param>
    /// <param name="acknowledgee">The agent that waits for the acknowledgement; empty for updates of the master.</param>
    public void Forward(Framework framework, StatusUpdate update, UPid acknowledgee)
    {
        if (update.HasUuid && framework.Task(update.Status.TaskId.Value) is { } task)
        {
            task.Info.StatusUpdateState = update.Status.State;
            task.Info.StatusUpdateUuid = update.Status.Uuid;
        }

        context.Send(framework, new StatusUpdateMessage { Update = update, Pid = acknowledgee.ToString() });
    }

    /// <summary>Sends an update of the master's own, if somebody listens.</summary>
    public void ForwardIfConnected(Framework framework, StatusUpdate update)
    {
        if (framework.Connected)
        {
            Forward(framework, update, UPid.Empty);
        }
        else
        {
            context.Logger.UpdateDropped(update.Status.TaskId.Value, framework.Id);
        }
    }
}
