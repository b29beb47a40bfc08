using Mesos.Common.Values;
using Mesos.Proto;
using DiskInfo = Mesos.Proto.Resource.Types.DiskInfo;
using ReservationInfo = Mesos.Proto.Resource.Types.ReservationInfo;
using SourceType = Mesos.Proto.Resource.Types.DiskInfo.Types.Source.Types.Type;
using ValueType = Mesos.Proto.Value.Types.Type;

namespace Mesos.Common;

/// <summary>When two resources are the same thing, and when one can be merged into or taken out of the other. Nothing here allocates for scalars.</summary>
/// <remarks>Upstream: <c>addable</c>, <c>subtractable</c> and the comparisons in src/common/resources.cpp.</remarks>
internal static class ResourceMatching
{
    public static bool AreEqual(Resource left, Resource right) => SameMetadata(left, right) && SameAmount(left, right);

    /// <summary>Whether the two differ in amount at most.</summary>
    public static bool SameMetadata(Resource left, Resource right) =>
        left.Name == right.Name
        && left.Type == right.Type
        && SameAllocation(left, right)
        && SameReservations(left, right)
        && SameDisk(left.Disk, right.Disk)
        && left.Revocable is null == right.Revocable is null
        && left.ProviderId?.Value == right.ProviderId?.Value
        && left.Shared is null == right.Shared is null;

    /// <summary>Whether the sum of the two is one resource. Volumes and whole disks stay apart, since each is one thing.</summary>
    public static bool CanAdd(Resource left, Resource right)
    {
        if (!SameMetadata(left, right))
        {
            return false;
        }

        if (left.Shared is not null)
        {
            return SameAmount(left, right);
        }

        return left.Disk is not { } disk || (disk.Persistence is null && disk.Source?.Type switch
        {
            null or SourceType.Path => true,
            SourceType.Raw => !disk.Source.HasId,
            _ => false,
        });
    }

    /// <summary>Whether <paramref name="right"/> can be taken out of <paramref name="left"/>; what cannot be divided goes as a whole.</summary>
    public static bool CanSubtract(Resource left, Resource right)
    {
        if (!SameMetadata(left, right))
        {
            return false;
        }

        var indivisible = left.Shared is not null
            || (left.Disk is { } disk && (disk.Persistence is not null || disk.Source?.Type switch
            {
                null or SourceType.Path => false,
                SourceType.Raw => disk.Source.HasId,
                _ => true,
            }));
        return !indivisible || SameAmount(left, right);
    }

    public static bool Contains(Resource left, Resource right) => CanSubtract(left, right) && left.Type switch
    {
        ValueType.Scalar => Thousandths(right) <= Thousandths(left),
        ValueType.Ranges => ValueRanges.Contains(left.Ranges, right.Ranges),
        ValueType.Set => ValueSets.Contains(left.Set, right.Set),
        _ => false,
    };

    public static Resource Add(Resource left, Resource right)
    {
        var sum = left.Clone();
        switch (left.Type)
        {
            case ValueType.Scalar:
                sum.Scalar.Value = FixedPoint.ToDouble(Thousandths(left) + Thousandths(right));
                break;
            case ValueType.Ranges:
                sum.Ranges = ValueRanges.Add(left.Ranges, right.Ranges);
                break;
            case ValueType.Set:
                sum.Set = ValueSets.Add(left.Set, right.Set);
                break;
        }

        return sum;
    }

    public static Resource Subtract(Resource left, Resource right)
    {
        var rest = left.Clone();
        switch (left.Type)
        {
            case ValueType.Scalar:
                rest.Scalar.Value = FixedPoint.ToDouble(Thousandths(left) - Thousandths(right));
                break;
            case ValueType.Ranges:
                rest.Ranges = ValueRanges.Subtract(left.Ranges, right.Ranges);
                break;
            case ValueType.Set:
                rest.Set = ValueSets.Subtract(left.Set, right.Set);
                break;
        }

        return rest;
    }

    public static bool SameReservation(ReservationInfo left, ReservationInfo right) =>
        left.Type == right.Type
        && left.Role == right.Role
        && left.HasPrincipal == right.HasPrincipal
        && left.Principal == right.Principal
        && SameLabels(left.Labels, right.Labels);

    /// <summary>Whether both hold the same labels; their order means nothing.</summary>
    public static bool SameLabels(Labels? left, Labels? right)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        if (left.Labels_.Count != right.Labels_.Count)
        {
            return false;
        }

        foreach (var label in left.Labels_)
        {
            if (!right.Labels_.Any(other => label.Key == other.Key && label.HasValue == other.HasValue && label.Value == other.Value))
            {
                return false;
            }
        }

        return true;
    }

    private static long Thousandths(Resource resource) => FixedPoint.FromDouble(resource.Scalar.Value);

    private static bool SameAmount(Resource left, Resource right) => left.Type switch
    {
        ValueType.Scalar => Thousandths(left) == Thousandths(right),
        ValueType.Ranges => ValueRanges.AreEqual(left.Ranges, right.Ranges),
        ValueType.Set => ValueSets.AreEqual(left.Set, right.Set),
        _ => false,
    };

    private static bool SameAllocation(Resource left, Resource right)
    {
        var (first, second) = (left.AllocationInfo, right.AllocationInfo);
        return first is null || second is null ? first is null && second is null : first.HasRole == second.HasRole && first.Role == second.Role;
    }

    private static bool SameReservations(Resource left, Resource right)
    {
        var count = left.Reservations.Count;
        if (count != right.Reservations.Count)
        {
            return false;
        }

        for (var i = 0; i < count; i++)
        {
            if (!SameReservation(left.Reservations[i], right.Reservations[i]))
            {
                return false;
            }
        }

        return true;
    }

    // The volume says how a task uses the disk, not what the disk is, so it is left out.
    private static bool SameDisk(DiskInfo? left, DiskInfo? right)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        return SameSource(left.Source, right.Source)
            && left.Persistence is null == right.Persistence is null
            && left.Persistence?.Id == right.Persistence?.Id;
    }

    private static bool SameSource(DiskInfo.Types.Source? left, DiskInfo.Types.Source? right)
    {
        if (left is null || right is null)
        {
            return left is null && right is null;
        }

        return left.Type == right.Type
            && left.Path is null == right.Path is null
            && left.Path?.Root == right.Path?.Root
            && left.Mount is null == right.Mount is null
            && left.Mount?.Root == right.Mount?.Root
            && (left.HasVendor, left.Vendor, left.HasId, left.Id) == (right.HasVendor, right.Vendor, right.HasId, right.Id)
            && (left.HasProfile, left.Profile) == (right.HasProfile, right.Profile)
            && SameLabels(left.Metadata, right.Metadata);
    }
}
