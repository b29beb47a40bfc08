using Google.Protobuf;
using Mesos.Common.Protobuf;
using Mesos.Common.Roles;
using Mesos.Proto;
using ReservationInfo = Mesos.Proto.Resource.Types.ReservationInfo;
using ReservationType = Mesos.Proto.Resource.Types.ReservationInfo.Types.Type;

namespace Mesos.Common;

/// <summary>
/// The two ways resources say who reserved them. Inside, and from newer peers: a stack of reservations. From older peers, to them, and on
/// disk: one role, with a reservation beside it when it was made at run time.
/// </summary>
/// <remarks>
/// Upstream: <c>convertResourceFormat</c>, <c>upgradeResources</c>, <c>downgradeResources</c> in src/common/resources_utils.cpp. All
/// methods change the message in place; call them on messages you own.
/// </remarks>
public static class ResourceFormat
{
    /// <summary>Converts one resource to the stack of reservations, whatever format it is in.</summary>
    public static void Upgrade(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (resource.Reservations.Count == 0 && (resource.Role != RoleNames.Default || resource.Reservation is not null))
        {
            var reservation = resource.Reservation ?? new ReservationInfo();
            reservation.Type = resource.Reservation is null ? ReservationType.Static : ReservationType.Dynamic;
            reservation.Role = resource.Role;
            resource.Reservations.Add(reservation);
        }

        resource.Reservation = null;
        resource.ClearRole();
    }

    /// <summary>Converts every resource anywhere in a message to the stack of reservations. Do this on receipt, before looking at any.</summary>
    public static void UpgradeAll(IMessage message) => NestedResources.Visit(message, static resource =>
    {
        Upgrade(resource);
        return true;
    });

    /// <summary>Converts one resource to the older format; false, and unchanged, when its reservation is refined and so has no older form.</summary>
    public static bool TryDowngrade(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (resource.Reservations.Count > 1)
        {
            return false;
        }

        AddOlderFields(resource);
        resource.Reservations.Clear();
        return true;
    }

    /// <summary>
    /// Converts the resources of a message to the older format, in the order of the fields, up to the first that has no older form; false
    /// when there is one. What was converted by then stays converted, as receivers expect.
    /// </summary>
    public static bool TryDowngradeAll(IMessage message) => NestedResources.Visit(message, TryDowngrade);

    /// <summary>Adds the older fields beside the stack wherever both can say the same: the format of resources in JSON answers.</summary>
    public static void ToEndpoint(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (resource.Reservations.Count <= 1)
        {
            AddOlderFields(resource);
        }
    }

    /// <summary>Whether a resource has fields of the older format set.</summary>
    internal static bool HasOlderFields(Resource resource) => resource.HasRole || resource.Reservation is not null;

    private static void AddOlderFields(Resource resource)
    {
        if (resource.Reservations.Count == 0)
        {
            // Resources that arrive here in the older format already keep what they say.
            if (!HasOlderFields(resource))
            {
                resource.Role = RoleNames.Default;
            }

            return;
        }

        var source = resource.Reservations[0];
        resource.Role = source.Role;
        resource.Reservation = null;
        if (source.Type == ReservationType.Dynamic)
        {
            resource.Reservation = new ReservationInfo { Labels = source.Labels?.Clone() };
            if (source.HasPrincipal)
            {
                resource.Reservation.Principal = source.Principal;
            }
        }
    }
}
