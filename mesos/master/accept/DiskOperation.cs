using Mesos.Common;
using Mesos.Master.Operations;
using Mesos.Master.Validation;
using Mesos.Proto;

namespace Mesos.Master.Accept;

/// <summary>Makes disks of a resource provider's storage, and the reverse. What comes of it only the provider knows: until it has told, the source is held.</summary>
/// <remarks>Upstream: the cases CREATE_DISK and DESTROY_DISK of <c>Master::_accept</c> in src/master/master.cpp.</remarks>
internal sealed class DiskOperation(OperationDrop drop, OperationDispatch dispatch) : IAcceptedOperation
{
    public void Perform(AcceptContext accepted, Offer.Types.Operation operation)
    {
        if (Try(accepted, operation) is { } problem)
        {
            drop.Drop(accepted.Framework, operation, problem);
        }
    }

    private static string? Check(AcceptContext accepted, Offer.Types.Operation operation, Resources source) =>
        !accepted.Agent.Capabilities.ResourceProvider
            ? $"Not supported on agent {accepted.AgentText} because it does not have RESOURCE_PROVIDER capability"
        : OperationValidation.Validate(operation, accepted.Framework.Info, accepted.Agent) is { } invalid
            ? $"{invalid}; on agent {accepted.AgentText}"
        : accepted.Refusals.TryGetValue(operation, out string? refusal) ? refusal
        : !accepted.Remaining.Contains(source)
            ? $"Invalid {OperationNames.Of(operation.Type)} Operation: {accepted.Remaining} does not contain {source}"
        : null;

    private string? Try(AcceptContext accepted, Offer.Types.Operation operation)
    {
        var source = Resources.From(OperationResources.NamedBy(operation));
        if ((Check(accepted, operation, source) ?? dispatch.Send(accepted.Agent, accepted.Framework, operation)) is { } problem)
        {
            return problem;
        }

        accepted.Take(source);
        return null;
    }
}
