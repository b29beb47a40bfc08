using Mesos.Proto;

namespace Mesos.Master.Accept;

/// <summary>One kind of operation on accepted offers.</summary>
internal interface IAcceptedOperation
{
    /// <summary>Carries an operation out, or answers why not. It has passed <see cref="OperationScreening"/>.</summary>
    void Perform(AcceptContext accepted, Offer.Types.Operation operation);
}
