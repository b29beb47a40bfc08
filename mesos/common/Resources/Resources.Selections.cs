using Mesos.Common.Roles;
using Mesos.Common.Values;
using Mesos.Proto;
using Ranges = Mesos.Proto.Value.Types.Ranges;
using ReservationInfo = Mesos.Proto.Resource.Types.ReservationInfo;
using Set = Mesos.Proto.Value.Types.Set;
using ValueType = Mesos.Proto.Value.Types.Type;

namespace Mesos.Common;

// Selections, amounts and rewritings: what is asked of a bag without a second one.
public sealed partial class Resources
{
    /// <summary>The CPUs in all, or null when there are none.</summary>
    public double? Cpus => Scalar("cpus");

    /// <summary>The GPUs in all, or null when there are none.</summary>
    public double? Gpus => Scalar("gpus");

    /// <summary>The memory in all, in whole megabytes, or null when there is none.</summary>
    public Bytes? Mem => Megabytes("mem");

    /// <summary>The disk space in all, in whole megabytes, or null when there is none.</summary>
    public Bytes? Disk => Megabytes("disk");

    /// <summary>The ports in all, or null when there are none.</summary>
    public Ranges? Ports => Ranges("ports");

    /// <summary>The names that occur, each once, in order.</summary>
    public IEnumerable<string> Names => this.Select(resource => resource.Name).Distinct(StringComparer.Ordinal);

    /// <summary>The sum of the scalars of a name, or null when there are none.</summary>
    public double? Scalar(string name)
    {
        long? total = null;
        foreach (var (resource, _) in entries)
        {
            if (resource.Type == ValueType.Scalar && resource.Name == name)
            {
                total = (total ?? 0) + FixedPoint.FromDouble(resource.Scalar.Value);
            }
        }

        return total is { } thousandths ? FixedPoint.ToDouble(thousandths) : null;
    }

    /// <summary>All ranges of a name, joined, or null when there are none.</summary>
    public Ranges? Ranges(string name) => entries
        .Where(entry => entry.Resource.Type == ValueType.Ranges && entry.Resource.Name == name)
        .Select(entry => entry.Resource.Ranges)
        .Aggregate((Ranges?)null, (total, ranges) => ValueRanges.Add(total ?? new Ranges(), ranges));

    /// <summary>All items of a name, joined, or null when there are none.</summary>
    public Set? Set(string name) => entries
        .Where(entry => entry.Resource.Type == ValueType.Set && entry.Resource.Name == name)
        .Select(entry => entry.Resource.Set)
        .Aggregate((Set?)null, (total, set) => ValueSets.Add(total ?? new Set(), set));

    /// <summary>The resources for which <paramref name="predicate"/> holds; copies of shared ones stay together.</summary>
    public Resources Where(Func<Resource, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        var selected = Array.FindAll(entries, entry => predicate(entry.Resource));
        return selected.Length == entries.Length ? this : selected.Length == 0 ? Empty : new Resources(selected);
    }

    /// <summary>The resources of a name.</summary>
    public Resources Named(string name) => Where(resource => resource.Name == name);

    /// <summary>The scalars.</summary>
    public Resources Scalars() => Where(static resource => resource.Type == ValueType.Scalar);

    /// <summary>What nobody reserved.</summary>
    public Resources Unreserved() => Where(ResourceQueries.IsUnreserved);

    /// <summary>What is reserved, to a role or to anybody.</summary>
    public Resources Reserved(string? role = null) => Where(resource => resource.IsReserved(role));

    /// <summary>What may be offered to a role: the unreserved, and what is reserved to it or to a role above it.</summary>
    public Resources AllocatableTo(string role) => Where(resource => resource.IsAllocatableTo(role));

    /// <summary>What is allocated to a role or a role below it.</summary>
    public Resources AllocatedToRoleSubtree(string role) => Where(resource => resource.IsAllocatedToRoleSubtree(role));

    /// <summary>What is reserved to a role or a role below it.</summary>
    public Resources ReservedToRoleSubtree(string role) => Where(resource => resource.IsReservedToRoleSubtree(role));

    /// <summary>The persistent volumes.</summary>
    public Resources PersistentVolumes() => Where(ResourceQueries.IsPersistentVolume);

    /// <summary>What may be taken back at any time.</summary>
    public Resources Revocable() => Where(ResourceQueries.IsRevocable);

    /// <summary>What may not be taken back.</summary>
    public Resources NonRevocable() => Where(static resource => !resource.IsRevocable());

    /// <summary>What several tasks may use at once.</summary>
    public Resources Shared() => Where(ResourceQueries.IsShared);

    /// <summary>What one task at a time may use.</summary>
    public Resources NonShared() => Where(static resource => !resource.IsShared());

    /// <summary>What each role reserved; the unreserved is left out.</summary>
    public IReadOnlyDictionary<string, Resources> ReservationsByRole() =>
        GroupBy(static resource => resource.IsReserved() ? resource.ReservationRole() : null);

    /// <summary>What is allocated to each role; the unallocated is left out.</summary>
    public IReadOnlyDictionary<string, Resources> AllocationsByRole() => GroupBy(static resource => resource.AllocationInfo?.Role);

    /// <summary>The same resources, allocated to a role.</summary>
    public Resources Allocate(string role) => Rewrite(
        resource => resource.AllocationInfo?.Role != role,
        resource => resource.AllocationInfo = new Resource.Types.AllocationInfo { Role = role });

    /// <summary>The same resources, allocated to nobody. Amounts of several allocations that differ in nothing else become one.</summary>
    public Resources Unallocate() =>
        Rewrite(static resource => resource.AllocationInfo is not null, static resource => resource.AllocationInfo = null);

    /// <summary>The same resources without any reservation.</summary>
    public Resources ToUnreserved() =>
        Rewrite(static resource => resource.IsReserved(), static resource => resource.Reservations.Clear());

    /// <summary>The same resources, reserved once more. The reservation must refine those there are; see <see cref="ResourceRules"/>.</summary>
    /// <exception cref="ArgumentException">A resource would become invalid.</exception>
    public Resources PushReservation(ReservationInfo reservation)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        return Rewrite(static _ => true, resource =>
        {
            resource.Reservations.Add(reservation.Clone());
            if (ResourceRules.Validate(resource) is { } error)
            {
                throw new ArgumentException(error, nameof(reservation));
            }
        });
    }

    /// <summary>The same resources without their innermost reservation; unreserved ones stay as they are.</summary>
    public Resources PopReservation() => Rewrite(
        static resource => resource.Reservations.Count > 0,
        static resource => resource.Reservations.RemoveAt(resource.Reservations.Count - 1));

    /// <summary>The scalars with their names and amounts only, as needed for totals.</summary>
    public Resources StrippedScalars()
    {
        ResourcesBuilder builder = new();
        foreach (var (resource, copies) in Scalars().Entries)
        {
            Resource stripped = new() { Name = resource.Name, Type = resource.Type, Scalar = resource.Scalar.Clone() };
            builder.Add(new ResourceEntry(stripped, copies));
        }

        return builder.Build();
    }

    /// <summary>
    /// Finds resources whose amounts cover <paramref name="targets"/>: for each target first among those reserved to its role, then among
    /// the unreserved, then among the rest. Null when they cannot be covered.
    /// </summary>
    public Resources? Find(Resources targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ResourcesBuilder total = new();
        foreach (var entry in targets.entries)
        {
            if (FindOne(entry) is not { } found)
            {
                return null;
            }

            total.Add(found);
        }

        return total.Build();
    }

    private Resources? FindOne(ResourceEntry target)
    {
        var remaining = new Resources([target]).ToUnreserved();
        var available = this;
        ResourcesBuilder found = new();
        var role = target.Resource.ReservationRole();
        Func<Resource, bool>[] preferences = [resource => role != RoleNames.Default && resource.IsReserved(role), ResourceQueries.IsUnreserved, _ => true];
        foreach (var preference in preferences)
        {
            foreach (var entry in available.Where(preference).entries)
            {
                var candidate = new Resources([entry]).ToUnreserved();
                if (candidate.Contains(remaining))
                {
                    foreach (var (resource, copies) in remaining.entries)
                    {
                        var part = resource.Clone();
                        part.Reservations.AddRange(entry.Resource.Reservations.Select(reservation => reservation.Clone()));
                        found.Add(new ResourceEntry(part, copies));
                    }

                    return found.Build();
                }

                if (remaining.Contains(candidate))
                {
                    found.Add(entry);
                    available -= new Resources([entry]);
                    remaining -= candidate;
                }
            }
        }

        return null;
    }

    private Bytes? Megabytes(string name) => Scalar(name) is { } value ? Bytes.Megabytes((ulong)Math.Max(0, value)) : null;

    private Dictionary<string, Resources> GroupBy(Func<Resource, string?> key) => entries
        .GroupBy(entry => key(entry.Resource))
        .Where(group => group.Key is not null)
        .ToDictionary(group => group.Key!, group => new Resources([.. group]), StringComparer.Ordinal);

    // Changes copies of those that need it, and merges what has become alike.
    private Resources Rewrite(Func<Resource, bool> needed, Action<Resource> change)
    {
        if (!Array.Exists(entries, entry => needed(entry.Resource)))
        {
            return this;
        }

        ResourcesBuilder builder = new();
        foreach (var entry in entries)
        {
            if (needed(entry.Resource))
            {
                var copy = entry.Resource.Clone();
                change(copy);
                builder.Add(entry with { Resource = copy });
            }
            else
            {
                builder.Add(entry);
            }
        }

        return builder.Build();
    }
}
