using System.Runtime.InteropServices;
using Mesos.Common.Values;
using Mesos.Proto;
using ValueType = Mesos.Proto.Value.Types.Type;

namespace Mesos.Common;

/// <summary>Collects resources one by one, merging what can be merged. For sums over many; a single sum reads better with the operators.</summary>
public sealed class ResourcesBuilder
{
    private readonly List<ResourceEntry> entries;

    /// <summary>Starts with nothing.</summary>
    public ResourcesBuilder()
    {
        entries = [];
    }

    internal ResourcesBuilder(ResourceEntry[] start)
    {
        entries = new List<ResourceEntry>(start.Length + 4);
        entries.AddRange(start);
    }

    /// <summary>Adds a copy of a resource in either format; an invalid or empty one is left out, as in the original.</summary>
    public ResourcesBuilder Add(Resource resource)
    {
        if (ResourceEntry.TryCreate(resource, out var entry))
        {
            Add(entry);
        }

        return this;
    }

    /// <summary>Adds all of <paramref name="resources"/>.</summary>
    public ResourcesBuilder Add(Resources resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        foreach (var entry in resources.Entries)
        {
            Add(entry);
        }

        return this;
    }

    /// <summary>Takes <paramref name="resources"/> out; what would become negative disappears.</summary>
    public ResourcesBuilder Subtract(Resources resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        foreach (var entry in resources.Entries)
        {
            Subtract(entry);
        }

        return this;
    }

    /// <summary>The collected resources; the builder can go on afterwards.</summary>
    public Resources Build() => entries.Count == 0 ? Resources.Empty : new Resources([.. entries]);

    internal void Add(ResourceEntry added)
    {
        if (added.IsNothing)
        {
            return;
        }

        foreach (ref var entry in CollectionsMarshal.AsSpan(entries))
        {
            if (ResourceMatching.CanAdd(entry.Resource, added.Resource))
            {
                entry = entry.Resource.IsShared()
                    ? entry with { Copies = entry.Copies + added.Copies }
                    : entry with { Resource = ResourceMatching.Add(entry.Resource, added.Resource) };
                return;
            }
        }

        entries.Add(added);
    }

    internal void Subtract(ResourceEntry removed)
    {
        if (removed.IsNothing)
        {
            return;
        }

        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            if (!ResourceMatching.CanSubtract(entry.Resource, removed.Resource))
            {
                continue;
            }

            var rest = entry.Resource.IsShared()
                ? entry with { Copies = entry.Copies - removed.Copies }
                : entry with { Resource = ResourceMatching.Subtract(entry.Resource, removed.Resource) };
            if (rest.IsNothing || IsNegative(rest))
            {
                entries.RemoveAt(i);
            }
            else
            {
                entries[i] = rest;
            }

            return;
        }
    }

    internal bool Contains(ResourceEntry entry) => ResourceEntry.AnyContains(CollectionsMarshal.AsSpan(entries), entry);

    private static bool IsNegative(ResourceEntry entry) =>
        entry.Copies < 0 || (entry.Resource.Type == ValueType.Scalar && FixedPoint.FromDouble(entry.Resource.Scalar.Value) < 0);
}
