using System.Diagnostics.CodeAnalysis;
using Mesos.Common.Values;
using Mesos.Proto;
using Operation = Mesos.Proto.Offer.Types.Operation;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Common;

/// <summary>What operations on offers do to resources, where master and agent both work it out.</summary>
/// <remarks>Upstream: <c>getResourceConversions</c> and <c>applyCheckpointedResources</c> in src/common/resources_utils.cpp.</remarks>
public static class ResourceConversions
{
    /// <summary>The steps of an operation that has been validated.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="conversions">Its steps in order, when the answer is true.</param>
    /// <param name="error">Why it has none, when the answer is false: it launches, a resource provider carries it out, or it is unknown.</param>
    public static bool TryGet(
        Operation operation,
        [NotNullWhen(true)] out IReadOnlyList<ResourceConversion>? conversions,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(operation);
        error = null;
        conversions = operation.Type switch
        {
            OperationType.Reserve when operation.Reserve is { } reserve => [Reserve(reserve)],
            OperationType.Unreserve when operation.Unreserve is { } unreserve => [.. unreserve.Resources.Select(Unreserve)],
            OperationType.Create when operation.Create is { } create => [.. create.Volumes.Select(Create)],
            OperationType.Destroy when operation.Destroy is { } destroy => [.. destroy.Volumes.Select(Destroy)],
            OperationType.GrowVolume when operation.GrowVolume is { Volume: not null, Addition: not null } grow => Grow(grow, out error),
            OperationType.ShrinkVolume when operation.ShrinkVolume is { Volume: not null, Subtract: not null } shrink => Shrink(shrink, out error),
            _ => null,
        };
        if (conversions is null)
        {
            error ??= $"An operation of type {operation.Type} does not convert resources, or lacks its content";
        }

        return error is null;
    }

    /// <summary>What resources become by an operation.</summary>
    /// <param name="resources">What there is.</param>
    /// <param name="operation">The operation, validated.</param>
    /// <param name="result">What there is afterwards, when the answer is true.</param>
    /// <param name="error">Why it cannot be done, when the answer is false.</param>
    public static bool TryApply(
        this Resources resources,
        Operation operation,
        [NotNullWhen(true)] out Resources? result,
        [NotNullWhen(false)] out string? error)
    {
        result = null;
        return TryGet(operation, out var conversions, out error) && TryApply(resources, conversions, out result, out error);
    }

    /// <summary>What resources become by several steps, all or none.</summary>
    public static bool TryApply(
        this Resources resources,
        IEnumerable<ResourceConversion> conversions,
        [NotNullWhen(true)] out Resources? result,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(conversions);
        (result, error) = (null, null);
        var current = resources;
        foreach (var conversion in conversions)
        {
            current = conversion.Apply(current, out error);
            if (error is not null)
            {
                return false;
            }
        }

        result = current;
        return true;
    }

    /// <summary>
    /// Puts the reservations and volumes that an agent keeps on disk in the place of the plain resources it was started with.
    /// </summary>
    /// <param name="resources">What the agent was started with.</param>
    /// <param name="checkpointed">What it keeps.</param>
    /// <param name="result">The agent's resources, when the answer is true.</param>
    /// <param name="error">Why the two do not fit, when the answer is false.</param>
    public static bool TryApplyCheckpointed(
        Resources resources,
        Resources checkpointed,
        [NotNullWhen(true)] out Resources? result,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(resources);
        ArgumentNullException.ThrowIfNull(checkpointed);
        (result, error) = (null, null);
        var total = resources;
        foreach (var resource in checkpointed)
        {
            if (!resource.NeedsCheckpointing())
            {
                error = $"{ResourceText.Format(resource)} is not a resource to be kept on disk";
                return false;
            }

            var plain = Resources.From(StripCheckpointed(resource));
            if (!total.Contains(plain))
            {
                error = $"{total} does not contain {plain}";
                return false;
            }

            total = total - plain + resource;
        }

        result = total;
        return true;
    }

    private static ResourceConversion Reserve(Operation.Types.Reserve reserve)
    {
        var reserved = Resources.From(reserve.Resources);

        // Without a source the operation puts one reservation on top of what there is.
        return new ResourceConversion(reserve.Source.Count > 0 ? Resources.From(reserve.Source) : reserved.PopReservation(), reserved);
    }

    private static ResourceConversion Unreserve(Resource resource)
    {
        var reserved = Resources.From(resource);
        return new ResourceConversion(reserved, reserved.PopReservation());
    }

    private static ResourceConversion Create(Resource volume) => new(Resources.From(StripVolume(volume)), Resources.From(volume));

    private static ResourceConversion Destroy(Resource volume) => new(Resources.From(volume), Resources.From(StripVolume(volume)))
    {
        Check = left => left.Contains(volume)
            ? $"Persistent volume {ResourceText.Format(volume)} cannot be removed: other copies of it are in use"
            : null,
    };

    private static ResourceConversion[]? Grow(Operation.Types.GrowVolume grow, out string? error)
    {
        error = RefuseProvider(grow.Volume);
        if (error is not null)
        {
            return null;
        }

        var grown = grow.Volume.Clone();
        grown.Scalar.Value = FixedPoint.ToDouble(
            FixedPoint.FromDouble(grow.Volume.Scalar.Value) + FixedPoint.FromDouble(grow.Addition.Scalar?.Value ?? 0));
        return [new ResourceConversion(Resources.From(grow.Volume) + grow.Addition, Resources.From(grown))];
    }

    private static ResourceConversion[]? Shrink(Operation.Types.ShrinkVolume shrink, out string? error)
    {
        error = RefuseProvider(shrink.Volume);
        if (error is not null)
        {
            return null;
        }

        var freed = StripVolume(shrink.Volume);
        freed.Scalar = shrink.Subtract.Clone();
        var shrunk = shrink.Volume.Clone();
        shrunk.Scalar.Value = FixedPoint.ToDouble(
            FixedPoint.FromDouble(shrink.Volume.Scalar.Value) - FixedPoint.FromDouble(shrink.Subtract.Value));
        return [new ResourceConversion(Resources.From(shrink.Volume), Resources.From(shrunk) + freed)];
    }

    private static string? RefuseProvider(Resource volume) =>
        volume.Scalar is null ? "The volume has no size"
        : volume.HasResourceProvider() ? "Volumes of resource providers cannot change their size"
        : null;

    /// <summary>The disk space a volume is made of.</summary>
    private static Resource StripVolume(Resource volume)
    {
        var stripped = volume.Clone();
        if (stripped.Disk?.Source is null)
        {
            stripped.Disk = null;
        }
        else
        {
            stripped.Disk.Persistence = null;
            stripped.Disk.Volume = null;
        }

        stripped.Shared = null;
        return stripped;
    }

    private static Resource StripCheckpointed(Resource resource)
    {
        var plain = resource.IsPersistentVolume() ? StripVolume(resource) : resource.Clone();
        plain.Shared = null;

        // An agent starts with unreserved and statically reserved resources: what was reserved at run time lies above those.
        if (resource.IsDynamicallyReserved())
        {
            var first = plain.Reservations[0];
            plain.Reservations.Clear();
            if (first.Type == Resource.Types.ReservationInfo.Types.Type.Static)
            {
                plain.Reservations.Add(first);
            }
        }

        return plain;
    }
}
