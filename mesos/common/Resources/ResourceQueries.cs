using Mesos.Common.Roles;
using Mesos.Common.Values;
using Mesos.Proto;
using ReservationType = Mesos.Proto.Resource.Types.ReservationInfo.Types.Type;
using SourceType = Mesos.Proto.Resource.Types.DiskInfo.Types.Source.Types.Type;
using ValueType = Mesos.Proto.Value.Types.Type;

namespace Mesos.Common;

/// <summary>Questions about one resource in the format with a stack of reservations (see <see cref="ResourceFormat"/>).</summary>
/// <remarks>Upstream: the static functions of <c>Resources</c> in src/common/resources.cpp.</remarks>
public static class ResourceQueries
{
    /// <summary>Whether nobody reserved it.</summary>
    public static bool IsUnreserved(this Resource resource) => resource.Reservations.Count == 0;

    /// <summary>Whether somebody reserved it; with a role, whether that role did.</summary>
    public static bool IsReserved(this Resource resource, string? role = null) =>
        resource.Reservations.Count > 0 && (role is null || role == resource.ReservationRole());

    /// <summary>The role of the innermost reservation, which decides who may use the resource; <c>*</c> when unreserved.</summary>
    public static string ReservationRole(this Resource resource) =>
        resource.Reservations.Count == 0 ? RoleNames.Default : resource.Reservations[^1].Role;

    /// <summary>Whether the innermost reservation was made at run time.</summary>
    public static bool IsDynamicallyReserved(this Resource resource) =>
        resource.Reservations.Count > 0 && resource.Reservations[^1].Type == ReservationType.Dynamic;

    /// <summary>Whether it is reserved more than once, a subrole refining the reservation of a role.</summary>
    public static bool HasRefinedReservations(this Resource resource) => resource.Reservations.Count > 1;

    /// <summary>Whether it may be offered to <paramref name="role"/>: unreserved, or reserved to the role or one above it.</summary>
    public static bool IsAllocatableTo(this Resource resource, string role)
    {
        if (resource.Reservations.Count == 0)
        {
            return true;
        }

        var reservedTo = resource.ReservationRole();
        return role == reservedTo || RoleNames.IsStrictSubroleOf(role, reservedTo);
    }

    /// <summary>Whether it is allocated to <paramref name="role"/> or a role below it.</summary>
    public static bool IsAllocatedToRoleSubtree(this Resource resource, string role)
    {
        var allocatedTo = resource.AllocationInfo?.Role ?? "";
        return allocatedTo == role || RoleNames.IsStrictSubroleOf(allocatedTo, role);
    }

    /// <summary>Whether it is reserved to <paramref name="role"/> or a role below it.</summary>
    public static bool IsReservedToRoleSubtree(this Resource resource, string role)
    {
        if (resource.Reservations.Count == 0)
        {
            return false;
        }

        var reservedTo = resource.ReservationRole();
        return reservedTo == role || RoleNames.IsStrictSubroleOf(reservedTo, role);
    }

    /// <summary>Whether it is a disk that keeps its content between tasks.</summary>
    public static bool IsPersistentVolume(this Resource resource) => resource.Disk?.Persistence is not null;

    /// <summary>Whether it is a disk from a source of the given type.</summary>
    public static bool IsDisk(this Resource resource, SourceType type) => resource.Disk?.Source is { } source && source.Type == type;

    /// <summary>Whether it may be taken back at any time.</summary>
    public static bool IsRevocable(this Resource resource) => resource.Revocable is not null;

    /// <summary>Whether several tasks may use it at the same time.</summary>
    public static bool IsShared(this Resource resource) => resource.Shared is not null;

    /// <summary>Whether a resource provider, not the agent itself, offers it.</summary>
    public static bool HasResourceProvider(this Resource resource) => resource.ProviderId is not null;

    /// <summary>Whether an agent must keep it on disk: reservations and volumes made at run time that no resource provider keeps.</summary>
    public static bool NeedsCheckpointing(this Resource resource) =>
        !resource.HasResourceProvider() && (resource.IsDynamicallyReserved() || resource.IsPersistentVolume());

    /// <summary>Whether there is nothing of it: scalar zero, no ranges, no items.</summary>
    public static bool IsNothing(this Resource resource) => resource.Type switch
    {
        ValueType.Scalar => FixedPoint.FromDouble(resource.Scalar?.Value ?? 0) == 0,
        ValueType.Ranges => resource.Ranges is null || resource.Ranges.Range.Count == 0,
        ValueType.Set => resource.Set is null || resource.Set.Item.Count == 0,
        _ => false,
    };
}
