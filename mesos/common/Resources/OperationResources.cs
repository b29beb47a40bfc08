using System.Diagnostics.CodeAnalysis;
using Mesos.Proto;
using Operation = Mesos.Proto.Offer.Types.Operation;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Common;

/// <summary>Which resources an operation on offers is about.</summary>
/// <remarks>Upstream: <c>getResourceProviderId</c> in src/common/resources_utils.cpp, <c>getConsumedResources</c> in src/common/protobuf_utils.cpp.</remarks>
public static class OperationResources
{
    /// <summary>The resources an operation names; empty for launches and for one that lacks its content. They belong to the operation.</summary>
    public static IReadOnlyList<Resource> NamedBy(Operation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return operation.Type switch
        {
            OperationType.Reserve => operation.Reserve?.Resources ?? [],
            OperationType.Unreserve => operation.Unreserve?.Resources ?? [],
            OperationType.Create => operation.Create?.Volumes ?? [],
            OperationType.Destroy => operation.Destroy?.Volumes ?? [],
            OperationType.GrowVolume => One(operation.GrowVolume?.Volume),
            OperationType.ShrinkVolume => One(operation.ShrinkVolume?.Volume),
            OperationType.CreateDisk => One(operation.CreateDisk?.Source),
            OperationType.DestroyDisk => One(operation.DestroyDisk?.Source),
            _ => (IReadOnlyList<Resource>)[],
        };

        static IReadOnlyList<Resource> One(Resource? resource) => resource is null ? [] : [resource];
    }

    /// <summary>The resource provider that carries an operation out; null for the agent itself. The resources of one operation have one provider.</summary>
    public static ResourceProviderID? ProviderOf(Operation operation) => NamedBy(operation) is [var first, ..] ? first.ProviderId : null;

    /// <summary>What an operation takes away until it has ended, in the form (allocated or not) in which it names it.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="consumed">What it takes, when the answer is true.</param>
    /// <param name="error">Why that cannot be told, when the answer is false: it launches, is unknown or lacks its content.</param>
    public static bool TryGetConsumed(
        Operation operation,
        [NotNullWhen(true)] out Resources? consumed,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(operation);
        if (operation.Type is OperationType.CreateDisk or OperationType.DestroyDisk && NamedBy(operation) is [var source, ..])
        {
            (consumed, error) = (Resources.From(source), null);
            return true;
        }

        consumed = null;
        if (ResourceConversions.TryGet(operation, out IReadOnlyList<ResourceConversion>? conversions, out error))
        {
            consumed = conversions.Aggregate(Resources.Empty, (sum, conversion) => sum + conversion.Consumed);
        }

        return consumed is not null;
    }
}
