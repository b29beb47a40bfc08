using Mesos.Common.Values;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Common.Protobuf;

/// <summary>Makes the messages about offer operations.</summary>
/// <remarks>Upstream: src/common/protobuf_utils.cpp. Arguments are copied.</remarks>
public static class Operations
{
    /// <summary>A UUID as a message.</summary>
    public static UUID ToMessage(Guid uuid) => new() { Value = UuidBytes.ToByteString(uuid) };

    /// <summary>The status of an operation.</summary>
    /// <param name="state">Its state.</param>
    /// <param name="operationId">The id the framework gave it; null when it wants no feedback.</param>
    /// <param name="message">A sentence for people.</param>
    /// <param name="convertedResources">What the resources became.</param>
    /// <param name="uuid">Identifies the status for acknowledgement.</param>
    /// <param name="slaveId">The agent.</param>
    /// <param name="resourceProviderId">The resource provider, if not the agent itself.</param>
    public static OperationStatus CreateStatus(
        OperationState state,
        OperationID? operationId = null,
        string? message = null,
        Resources? convertedResources = null,
        Guid? uuid = null,
        SlaveID? slaveId = null,
        ResourceProviderID? resourceProviderId = null)
    {
        OperationStatus status = new()
        {
            State = state,
            OperationId = operationId?.Clone(),
            Uuid = uuid is { } id ? ToMessage(id) : null,
            SlaveId = slaveId?.Clone(),
            ResourceProviderId = resourceProviderId?.Clone(),
        };
        if (message is not null)
        {
            status.Message = message;
        }

        convertedResources?.CopyTo(status.ConvertedResources);
        return status;
    }

    /// <summary>The record of an operation.</summary>
    public static Operation Create(
        Offer.Types.Operation info,
        OperationStatus latestStatus,
        FrameworkID? frameworkId,
        SlaveID? slaveId,
        Guid uuid)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(latestStatus);
        return new Operation
        {
            FrameworkId = frameworkId?.Clone(),
            SlaveId = slaveId?.Clone(),
            Info = info.Clone(),
            LatestStatus = latestStatus.Clone(),
            Uuid = ToMessage(uuid),
        };
    }

    /// <summary>The message that reports a status of an operation.</summary>
    public static UpdateOperationStatusMessage CreateUpdate(
        UUID operationUuid,
        OperationStatus status,
        OperationStatus? latestStatus,
        FrameworkID? frameworkId,
        SlaveID? slaveId)
    {
        ArgumentNullException.ThrowIfNull(operationUuid);
        ArgumentNullException.ThrowIfNull(status);
        return new UpdateOperationStatusMessage
        {
            FrameworkId = frameworkId?.Clone(),
            SlaveId = slaveId?.Clone(),
            Status = status.Clone(),
            LatestStatus = latestStatus?.Clone(),
            OperationUuid = operationUuid.Clone(),
        };
    }
}
