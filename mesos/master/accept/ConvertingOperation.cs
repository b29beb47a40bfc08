using Mesos.Common;
using Mesos.Master.Offers;
using Mesos.Master.Operations;
using Mesos.Master.State;
using Mesos.Master.Validation;
using Mesos.Proto;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Master.Accept;

/// <summary>Reserves, unreserves, creates and destroys volumes, and changes their size: what comes of it is there at once, before the agent answers.</summary>
/// <remarks>Upstream: the cases RESERVE to SHRINK_VOLUME of <c>Master::_accept</c> in src/master/master.cpp.</remarks>
internal sealed class ConvertingOperation(OperationDrop drop, OperationDispatch dispatch, OfferBook book) : IAcceptedOperation
{
    public void Perform(AcceptContext accepted, Offer.Types.Operation operation)
    {
        if (Try(accepted, operation) is { } problem)
        {
            drop.Drop(accepted.Framework, operation, problem);
        }
    }

    private string? Try(AcceptContext accepted, Offer.Types.Operation operation)
    {
        if (OperationValidation.Validate(operation, accepted.Framework.Info, accepted.Agent) is { } invalid)
        {
            return $"{invalid}; on agent {accepted.AgentText}";
        }

        if (accepted.Refusals.TryGetValue(operation, out string? refusal))
        {
            return refusal;
        }

        if (operation.Type == OperationType.Destroy)
        {
            RescindOffersOf(accepted.Agent, operation.Destroy.Volumes);
        }

        if (!ResourceConversions.TryGet(operation, out IReadOnlyList<ResourceConversion>? steps, out string? error))
        {
            return error;
        }

        if (accepted.TryConvert(steps, out error) is not { } result)
        {
            return operation.Type is OperationType.GrowVolume or OperationType.ShrinkVolume
                ? $"Invalid {OperationNames.Of(operation.Type)} operation: {error}"
                : error;
        }

        if (dispatch.Send(accepted.Agent, accepted.Framework, operation) is { } unsent)
        {
            return unsent;
        }

        if (operation.Type is OperationType.GrowVolume or OperationType.ShrinkVolume)
        {
            accepted.Resize(steps[0]);
        }
        else
        {
            accepted.Convert(steps, result);
        }

        return null;
    }

    /// <summary>Nobody is to use a volume that is about to go.</summary>
    private void RescindOffersOf(Agent agent, IEnumerable<Resource> volumes) =>
        book.RescindAll(agent.Offers.Where(offer => volumes.Any(offer.Resources.Contains)));
}
