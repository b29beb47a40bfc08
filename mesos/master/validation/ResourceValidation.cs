using Mesos.Common;
using Mesos.Common.Values;
using Mesos.Proto;

namespace Mesos.Master.Validation;

/// <summary>Rules for the resources of tasks and executors. Every rule answers null when it is kept, else a sentence.</summary>
/// <remarks>Upstream: <c>resource</c> in src/master/validation.cpp.</remarks>
internal static class ResourceValidation
{
    private const double Thousandth = 1000;

    /// <summary>What is wrong with resources in the format with a stack of reservations.</summary>
    public static string? Validate(IReadOnlyCollection<Resource> resources) =>
        ResourceRules.Validate(resources) is { } invalid ? $"Invalid resources: {invalid}"
        : ValidateGpus(resources) is { } gpus ? $"Invalid 'gpus' resource: {gpus}"
        : resources.Select(ValidateDisk).FirstOrDefault(error => error is not null) is { } disk ? $"Invalid DiskInfo: {disk}"
        : resources.Any(resource => resource.IsDynamicallyReserved() && resource.IsRevocable())
            ? "Invalid ReservationInfo: Dynamically reserved resource cannot be created from revocable resources"
            : null;

    public static string? ValidateUniquePersistenceIds(IEnumerable<Resource> resources)
    {
        var ids = new HashSet<(string Role, string Id)>();
        foreach (Resource volume in resources.Where(ResourceQueries.IsPersistentVolume))
        {
            if (!ids.Add((volume.ReservationRole(), volume.Disk.Persistence.Id)))
            {
                return $"Persistence ID '{volume.Disk.Persistence.Id}' is not unique";
            }
        }

        return null;
    }

    /// <summary>Whether all resources are of one resource provider, or all of the agent itself. None at all are of none.</summary>
    public static string? ValidateOneProvider(IEnumerable<Resource> resources)
    {
        string?[] ids = [.. resources.Select(resource => resource.ProviderId?.Value).Distinct()];
        return ids.Length == 1 ? null
            : ids.Contains(null) ? "Some resources have a resource provider and some do not"
            : $"The resources have multiple resource providers: {string.Join(", ", ids)}";
    }

    /// <summary>Whether these resources are volumes as they are created and destroyed.</summary>
    public static string? ValidatePersistentVolumes(IEnumerable<Resource> volumes) => volumes
        .Select(volume =>
            volume.Disk is null ? $"Resource {ResourceText.Format(volume)} does not have DiskInfo"
            : volume.Disk.Persistence is null ? "'persistence' is not set in DiskInfo"
            : volume.Disk.Volume is null ? "Expecting 'volume' to be set for persistent volume"
            : volume.Disk.Volume.Mode == Volume.Types.Mode.Ro ? "Read-only persistent volume not supported"
            : null)
        .FirstOrDefault(error => error is not null);

    /// <summary>Whether a port or an item of a set is in several: what is joined is then less than the sum of the parts.</summary>
    public static bool Overlap(IReadOnlyCollection<Resources> parts)
    {
        Resources joined = Resources.Empty;
        foreach (Resources part in parts)
        {
            Resources items = part.Where(resource => resource.Type != Value.Types.Type.Scalar);
            if (joined - items != joined)
            {
                return true;
            }

            joined += items;
        }

        return false;
    }

    public static string? ValidateOneRevocability(Resources resources)
    {
        foreach (string name in resources.Names)
        {
            Resources named = resources.Named(name);
            if (!named.Revocable().IsEmpty && !named.NonRevocable().IsEmpty)
            {
                return $"Cannot use both revocable and non-revocable '{name}' at the same time";
            }
        }

        return null;
    }

    public static string? ValidateOneRole(IEnumerable<Resource> resources)
    {
        string? role = null;
        foreach (Resource resource in resources)
        {
            if (resource.AllocationInfo is not { HasRole: true } allocation)
            {
                return "The resources are not allocated to a role";
            }

            role ??= allocation.Role;
            if (role != allocation.Role)
            {
                return $"The resources have multiple allocation roles ('{allocation.Role}' and '{role}')"
                    + " but only one allocation role is allowed";
            }
        }

        return null;
    }

    private static string? ValidateGpus(IEnumerable<Resource> resources)
    {
        double gpus = resources.Where(resource => resource.Name == "gpus" && resource.Scalar is not null).Sum(resource => resource.Scalar.Value);
        return Math.Truncate(gpus * Thousandth) % Thousandth == 0 ? null : "The 'gpus' resource must be an unsigned integer";
    }

    private static string? ValidateDisk(Resource resource)
    {
        if (resource.Disk is not { } disk)
        {
            return null;
        }

        if (disk.Persistence is null)
        {
            return disk.Volume is not null ? "Non-persistent volume not supported"
                : disk.Source is null ? "DiskInfo is set but empty"
                : null;
        }

        return resource.IsRevocable() ? "Persistent volumes cannot be created from revocable resources"
            : resource.IsUnreserved() ? "Persistent volumes cannot be created from unreserved resources"
            : disk.Volume is null ? "Expecting 'volume' to be set for persistent volume"
            : disk.Volume.HasHostPath ? "Expecting 'host_path' to be unset for persistent volume"
            : IdRules.Validate(disk.Persistence.Id) is { } id ? $"Invalid persistence ID for persistent volume: {id}"
            : null;
    }
}
