using Mesos.Common.Roles;
using Mesos.Common.Values;
using Mesos.Proto;
using ReservationType = Mesos.Proto.Resource.Types.ReservationInfo.Types.Type;
using SourceType = Mesos.Proto.Resource.Types.DiskInfo.Types.Source.Types.Type;
using ValueType = Mesos.Proto.Value.Types.Type;

namespace Mesos.Common;

/// <summary>Which resources are well formed. Every rule answers null when it is kept, else a sentence.</summary>
/// <remarks>Upstream: <c>Resources::validate</c> in src/common/resources.cpp.</remarks>
public static class ResourceRules
{
    private static readonly Func<Resource, string?>[] Rules = [ValidateAmount, ValidateDisk, ValidateReservations, ValidateShared];

    /// <summary>Says what is wrong with a resource, in either format, or null.</summary>
    public static string? Validate(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (resource.Name.Length == 0)
        {
            return "A resource has no name";
        }

        foreach (var rule in Rules)
        {
            if (rule(resource) is { } problem)
            {
                return $"Resource '{resource.Name}' is invalid: {problem}";
            }
        }

        return null;
    }

    /// <summary>Says what is wrong with the first bad resource, or null.</summary>
    public static string? Validate(IEnumerable<Resource> resources) => resources.Select(Validate).FirstOrDefault(error => error is not null);

    /// <summary>
    /// Says why resources cannot be given to an agent at its start, or null: volumes, revocable resources and reservations made at run time
    /// cannot, nor can one name have several types.
    /// </summary>
    public static string? ValidateForCommandLine(IEnumerable<Resource> resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        Dictionary<string, ValueType> types = new(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            var problem = resource switch
            {
                _ when resource.IsPersistentVolume() => "persistent volumes cannot be given at the start",
                _ when resource.IsRevocable() => "revocable resources cannot be given at the start",
                _ when resource.IsDynamicallyReserved() => "dynamic reservations cannot be given at the start",
                _ when !types.TryAdd(resource.Name, resource.Type) && types[resource.Name] != resource.Type =>
                    "the same name is used with different types",
                _ => null,
            };
            if (problem is not null)
            {
                return $"Resource '{resource.Name}' is not accepted: {problem}";
            }
        }

        return null;
    }

    private static string? ValidateAmount(Resource resource)
    {
        var (scalar, ranges, set) = (resource.Scalar, resource.Ranges, resource.Set);
        switch (resource.Type)
        {
            case ValueType.Scalar when scalar is not null && ranges is null && set is null:
                return !FixedPoint.IsAccepted(scalar.Value) ? "the amount is not a number that can be counted"
                    : scalar.Value != 0 && FixedPoint.FromDouble(scalar.Value) <= 0 ? "the amount is negative or less than a thousandth"
                    : null;
            case ValueType.Ranges when scalar is null && ranges is not null && set is null:
                return ValueRanges.Validate(ranges);
            case ValueType.Set when scalar is null && ranges is null && set is not null:
                return ValueSets.Validate(set);
            case ValueType.Scalar or ValueType.Ranges or ValueType.Set:
                return "its value does not match its type";
            default:
                return "its type is not supported";
        }
    }

    private static string? ValidateDisk(Resource resource)
    {
        if (resource.Disk is not { } disk)
        {
            return null;
        }

        if (resource.Name != "disk")
        {
            return "only 'disk' can have disk information";
        }

        return disk.Source?.Type switch
        {
            null or SourceType.Path or SourceType.Mount => null,
            SourceType.Block or SourceType.Raw when disk.Source.Mount is not null => "this type of disk source has no mount",
            SourceType.Block or SourceType.Raw when disk.Source.Path is not null => "this type of disk source has no path",
            SourceType.Block or SourceType.Raw => null,
            _ => "the type of its disk source is not supported",
        };
    }

    private static string? ValidateReservations(Resource resource) => resource.Reservations.Count switch
    {
        0 => ValidateOlderFormat(resource),
        1 => ValidateReservation(resource.Reservations[0]) ?? ValidateAgreement(resource),
        _ when ResourceFormat.HasOlderFields(resource) => "'role' and 'reservation' cannot be set beside refined reservations",
        _ => resource.Reservations.Select(ValidateReservation).FirstOrDefault(problem => problem is not null) ?? ValidateRefinement(resource),
    };

    private static string? ValidateOlderFormat(Resource resource)
    {
        if (RoleNames.Validate(resource.Role) is { } problem)
        {
            return problem;
        }

        return resource.Reservation is not { } reservation ? null
            : reservation.HasType ? "'reservation.type' cannot be set in 'reservation'"
            : reservation.HasRole ? "'reservation.role' cannot be set in 'reservation'"
            : resource.Role == RoleNames.Default ? "role '*' cannot reserve"
            : null;
    }

    private static string? ValidateReservation(Resource.Types.ReservationInfo reservation) =>
        !reservation.HasType || reservation.Type is not (ReservationType.Static or ReservationType.Dynamic) ? "a reservation has no known type"
        : !reservation.HasRole ? "a reservation has no role"
        : reservation.Role == RoleNames.Default ? "role '*' cannot reserve"
        : RoleNames.Validate(reservation.Role);

    private static string? ValidateRefinement(Resource resource)
    {
        for (var i = 1; i < resource.Reservations.Count; i++)
        {
            var (outer, inner) = (resource.Reservations[i - 1], resource.Reservations[i]);
            if (inner.Type == ReservationType.Static)
            {
                return "a refined reservation cannot be static";
            }

            if (!RoleNames.IsStrictSubroleOf(inner.Role, outer.Role))
            {
                return $"role '{inner.Role}' does not refine '{outer.Role}'";
            }
        }

        return null;
    }

    // A peer may send both formats side by side; then they must say the same.
    private static string? ValidateAgreement(Resource resource)
    {
        var inner = resource.Reservations[0];
        if (resource.HasRole && resource.Role != inner.Role)
        {
            return $"'role' is '{resource.Role}', but the reservation is for '{inner.Role}'";
        }

        if (inner.Type == ReservationType.Static)
        {
            return resource.Reservation is null ? null : "'reservation' cannot be set beside a static reservation";
        }

        return resource.HasRole != resource.Reservation is not null ? "'role' and 'reservation' must be set together"
            : resource.Reservation is not { } older ? null
            : older.Principal != inner.Principal ? "'reservation.principal' differs from that of the reservation"
            : !ResourceMatching.SameLabels(older.Labels ?? new Labels(), inner.Labels ?? new Labels()) ? "'reservation.labels' differ from those of the reservation"
            : null;
    }

    private static string? ValidateShared(Resource resource) =>
        resource.Shared is null || resource.IsPersistentVolume() ? null : "only persistent volumes can be shared";
}
