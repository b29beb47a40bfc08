using Mesos.Master.Operations;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Accept;

/// <summary>Operations that are not carried out. Who asked for feedback is told so, if it can hear it.</summary>
/// <remarks>Upstream: <c>Master::drop</c> in src/master/master.cpp.</remarks>
internal sealed class OperationDrop(IMasterContext context, OperationForwarding forwarding)
{
    public void Drop(Framework framework, Offer.Types.Operation operation, string reason)
    {
        context.Logger.OperationDropped(OperationNames.Of(operation.Type), framework.Id, reason);

        // Whatever its name says, this is part of the validation: the state is the one of an error.
        context.Metrics.Operations.Add(operation.Type, OperationState.OperationError);
        if (operation.Id is { } id && framework.Http)
        {
            forwarding.Tell(framework, Common.Protobuf.Operations.CreateStatus(OperationState.OperationError, id, reason));
        }
    }
}
