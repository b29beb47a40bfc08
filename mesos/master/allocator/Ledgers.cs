using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Allocator;

/// <summary>An agent as the allocator sees it.</summary>
internal sealed class AgentLedger(AgentCapabilities capabilities, Resources total)
{
    private Resources allocated = Resources.Empty;
    private Resources? available;

    public AgentCapabilities Capabilities { get; private set; } = capabilities;

    /// <summary>How it describes itself.</summary>
    public SlaveInfo Info { get; set; } = new();

    public Resources Total { get; private set; } = total;

    public bool Active { get; set; } = true;

    public bool HasGpus { get; private set; } = total.Gpus > 0;

    /// <summary>What nobody was allocated, in unallocated form; what is shared is there for everybody, whoever has it.</summary>
    public Resources Available => available ??= Total.Shared() is { IsEmpty: false } shared
        ? Total.NonShared() - allocated.NonShared() + shared
        : Total - allocated;

    public void Update(AgentCapabilities newCapabilities, Resources newTotal)
    {
        (Capabilities, Total, HasGpus, available) = (newCapabilities, newTotal, newTotal.Gpus > 0, null);
    }

    /// <param name="resources">In unallocated form.</param>
    public void Allocate(Resources resources)
    {
        allocated += resources;
        available = null;
    }

    /// <param name="resources">In unallocated form.</param>
    public void Recover(Resources resources)
    {
        allocated -= resources;
        available = null;
    }
}

/// <summary>A framework as the allocator sees it.</summary>
internal sealed class FrameworkLedger
{
    private readonly HashSet<string> suppressed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ResourceQuantities[]> minimums = new(StringComparer.Ordinal);

    public FrameworkLedger(string id, FrameworkInfo info, FrameworkOptions options)
    {
        Id = id;
        (Roles, Capabilities) = (new HashSet<string>(), FrameworkCapabilities.Of(info));
        Update(info, options);
    }

    public string Id { get; }

    public IReadOnlySet<string> Roles { get; private set; }

    public FrameworkCapabilities Capabilities { get; private set; }

    public bool Active { get; set; }

    public Refusals Filters { get; } = new();

    public OfferConstraintsFilter Constraints { get; private set; } = OfferConstraintsFilter.None;

    /// <summary>What it was allocated, by role.</summary>
    public Dictionary<string, Quantities> Allocated { get; } = new(StringComparer.Ordinal);

    public void Update(FrameworkInfo info, FrameworkOptions options)
    {
        IReadOnlySet<string> old = Roles;
        (Roles, Capabilities) = (Framework.RolesOf(info), FrameworkCapabilities.Of(info));

        // What was refused in roles that are left or wanted again does not count any more.
        HashSet<string> forgotten = [.. old.Except(Roles), .. suppressed.Except(options.SuppressedRoles)];
        if (forgotten.Count > 0)
        {
            Filters.Clear(forgotten);
        }

        Constraints = options.Constraints ?? OfferConstraintsFilter.None;
        suppressed.Clear();
        suppressed.UnionWith(options.SuppressedRoles);
        minimums.Clear();
        foreach ((string role, OfferFilters filters) in info.OfferFilters)
        {
            if (filters.MinAllocatableResources is { } minimum)
            {
                minimums[role] = [.. minimum.Quantities.Select(quantities => ResourceQuantities.From(quantities.Quantities))];
            }
        }
    }

    /// <summary>The smallest sets worth offering in a role, where the framework has a say of its own; empty for any.</summary>
    public IReadOnlyList<ResourceQuantities>? MinimumsIn(string role) => minimums.GetValueOrDefault(role);

    public bool Wants(string role) => Active && Roles.Contains(role) && !suppressed.Contains(role);

    public void Suppress(IReadOnlySet<string> roles) => suppressed.UnionWith(roles.Count == 0 ? Roles : roles);

    public void Revive(IReadOnlySet<string> roles) => suppressed.ExceptWith(roles.Count == 0 ? Roles : roles);

    public Quantities AllocatedIn(string role)
    {
        if (!Allocated.TryGetValue(role, out Quantities? quantities))
        {
            Allocated[role] = quantities = new Quantities();
        }

        return quantities;
    }
}
