using Mesos.Master.State;
using Mesos.Proto;
using Mesos.Proto.Internal;
using Mesos.Proto.Scheduler;

namespace Mesos.Master.Operations;

/// <summary>Tells frameworks what became of their operations. Drivers have no ear for it and ignore it.</summary>
internal sealed class OperationForwarding(IMasterContext context, MasterState state)
{
    /// <summary>Passes an agent's report on; belongs to the receiver afterwards.</summary>
    public void Forward(string frameworkId, UpdateOperationStatusMessage update)
    {
        if (state.Frameworks.Find(frameworkId) is { Connected: true } framework)
        {
            context.Send(framework, update);
        }
        else
        {
            context.Logger.OperationUpdateNotForwarded(update.Status.OperationId?.Value ?? string.Empty, frameworkId);
        }
    }

    /// <summary>Sends a status of the master's own making, or one that is repeated; nobody acknowledges it.</summary>
    public void Tell(Framework framework, OperationStatus status) => context.Send(framework, new Event
    {
        Type = Event.Types.Type.UpdateOperationStatus,
        UpdateOperationStatus = new Event.Types.UpdateOperationStatus { Status = status },
    });

    /// <summary>Tells the frameworks of operations on an agent what became of them with it. What is missed is for reconciliation.</summary>
    public void TellAll(Agent agent, OperationState newState, string message)
    {
        foreach (MasterOperation operation in agent.Operations.All)
        {
            if (operation.Id is not null && state.Frameworks.Find(operation.FrameworkId) is { Http: true, Connected: true } framework)
            {
                Tell(framework, Common.Protobuf.Operations.CreateStatus(
                    newState,
                    operation.Info.Info.Id,
                    message,
                    slaveId: new SlaveID { Value = agent.Id },
                    resourceProviderId: operation.ProviderId is { } id ? new ResourceProviderID { Value = id } : null));
            }
        }
    }
}
