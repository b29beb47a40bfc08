using Mesos.Proto;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Common.Protobuf;

/// <summary>What the states and kinds of offer operations mean.</summary>
/// <remarks>Upstream: src/common/protobuf_utils.cpp.</remarks>
public static class OperationStates
{
    /// <summary>Whether an operation in this state is over for good.</summary>
    public static bool IsTerminal(this OperationState state) => state is
        OperationState.OperationDropped or OperationState.OperationError or OperationState.OperationFailed or OperationState.OperationFinished
        or OperationState.OperationGoneByOperator;

    /// <summary>
    /// Whether the master applies the operation to its own view at once, before the agent answers. An unknown type is not.
    /// </summary>
    public static bool IsSpeculative(this OperationType type) => type is
        OperationType.Reserve or OperationType.Unreserve or OperationType.Create or OperationType.Destroy
        or OperationType.GrowVolume or OperationType.ShrinkVolume;

    /// <summary>The name on the wire, such as <c>OPERATION_PENDING</c>; a number that no version knows is printed as it is.</summary>
    public static string WireName(this OperationState state) => state switch
    {
        OperationState.OperationUnsupported => "OPERATION_UNSUPPORTED",
        OperationState.OperationPending => "OPERATION_PENDING",
        OperationState.OperationFinished => "OPERATION_FINISHED",
        OperationState.OperationFailed => "OPERATION_FAILED",
        OperationState.OperationError => "OPERATION_ERROR",
        OperationState.OperationDropped => "OPERATION_DROPPED",
        OperationState.OperationUnreachable => "OPERATION_UNREACHABLE",
        OperationState.OperationGoneByOperator => "OPERATION_GONE_BY_OPERATOR",
        OperationState.OperationRecovering => "OPERATION_RECOVERING",
        OperationState.OperationUnknown => "OPERATION_UNKNOWN",
        _ => ((int)state).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
