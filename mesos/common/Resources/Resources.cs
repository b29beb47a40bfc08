using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.Collections;
using Mesos.Proto;

namespace Mesos.Common;

/// <summary>
/// A bag of resources with the algebra of a value: it never changes, and sums, differences and selections are new bags. Every resource in
/// it is valid and in the format with a stack of reservations; resources that differ in amount only are one resource.
/// </summary>
/// <remarks>
/// Upstream: <c>Resources</c> in include/mesos/resources.hpp. The order is that in which resources came in. The <see cref="Resource"/>
/// objects handed out belong to the bag: read them, and clone before changing one. Safe to use from any thread.
/// </remarks>
[SuppressMessage("Naming", "CA1710", Justification = "The name everybody in the field knows it by.")]
public sealed partial class Resources : IReadOnlyCollection<Resource>, IEquatable<Resources>
{
    private readonly ResourceEntry[] entries;

    internal Resources(ResourceEntry[] entries)
    {
        this.entries = entries;
    }

    /// <summary>No resources.</summary>
    public static Resources Empty { get; } = new([]);

    /// <summary>How many different resources there are; copies of a shared one count once.</summary>
    public int Count => entries.Length;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => entries.Length == 0;

    internal ReadOnlySpan<ResourceEntry> Entries => entries;

    /// <summary>Copies resources of a message, in either format; invalid and empty ones are left out, as in the original.</summary>
    public static Resources From(IEnumerable<Resource> resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        ResourcesBuilder builder = new();
        foreach (var resource in resources)
        {
            builder.Add(resource);
        }

        return builder.Build();
    }

    /// <summary>Copies one resource; nothing when it is invalid or empty.</summary>
    public static Resources From(Resource resource) => new ResourcesBuilder().Add(resource).Build();

    /// <summary>Reads the text form of the <c>--resources</c> flag; see <see cref="ResourceText.TryParse"/>.</summary>
    /// <exception cref="FormatException">The text is not well formed.</exception>
    public static Resources Parse(string text, string defaultRole = Roles.RoleNames.Default) =>
        ResourceText.TryParse(text, defaultRole, out var resources, out var error) ? resources : throw new FormatException(error);

    /// <summary>Everything of both.</summary>
    public static Resources operator +(Resources left, Resources right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.IsEmpty ? right : right.IsEmpty ? left : new ResourcesBuilder(left.entries).Add(right).Build();
    }

    /// <summary>Everything of both; an invalid or empty resource adds nothing.</summary>
    public static Resources operator +(Resources left, Resource right) => left + From(right);

    /// <summary>The left resources without the right ones. What is not there is not missed: check with <see cref="Contains(Resources)"/> first.</summary>
    public static Resources operator -(Resources left, Resources right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.IsEmpty || right.IsEmpty ? left : new ResourcesBuilder(left.entries).Subtract(right).Build();
    }

    /// <summary>The left resources without the right one.</summary>
    public static Resources operator -(Resources left, Resource right) => left - From(right);

    /// <summary>Whether both hold the same, in whatever order.</summary>
    public static bool operator ==(Resources? left, Resources? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether the two differ.</summary>
    public static bool operator !=(Resources? left, Resources? right) => !(left == right);

    /// <summary>Everything of both; the named form of <c>+</c>.</summary>
    public static Resources Add(Resources left, Resources right) => left + right;

    /// <summary>The left resources without the right ones; the named form of <c>-</c>.</summary>
    public static Resources Subtract(Resources left, Resources right) => left - right;

    /// <summary>Whether all of <paramref name="other"/> is here.</summary>
    public bool Contains(Resources other)
    {
        ArgumentNullException.ThrowIfNull(other);
        ResourcesBuilder? remaining = null;
        foreach (var entry in other.entries)
        {
            if (!(remaining?.Contains(entry) ?? ResourceEntry.AnyContains(entries, entry)))
            {
                return false;
            }

            // Two equal volumes in the other bag need two here; all else is one entry per kind already.
            if (entry.Resource.IsPersistentVolume())
            {
                remaining ??= new ResourcesBuilder(entries);
                remaining.Subtract(entry);
            }
        }

        return true;
    }

    /// <summary>Whether <paramref name="resource"/> is here; never for an invalid one.</summary>
    public bool Contains(Resource resource) =>
        ResourceEntry.TryCreate(resource, out var entry) && ResourceEntry.AnyContains(entries, entry);

    /// <summary>How many copies of exactly this resource there are: for one that is not shared, 1 or 0.</summary>
    public int CountOf(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        foreach (var entry in entries)
        {
            if (ResourceMatching.AreEqual(entry.Resource, resource))
            {
                return entry.Copies;
            }
        }

        return 0;
    }

    /// <summary>The resource here that differs from <paramref name="resource"/> in amount at most, or null.</summary>
    public Resource? Match(Resource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Array.Find(entries, entry => ResourceMatching.SameMetadata(entry.Resource, resource)).Resource;
    }

    /// <summary>Appends copies to a field of a message, one per different resource.</summary>
    public void CopyTo(RepeatedField<Resource> field)
    {
        ArgumentNullException.ThrowIfNull(field);
        field.Capacity = Math.Max(field.Capacity, field.Count + entries.Length);
        foreach (var entry in entries)
        {
            field.Add(entry.Resource.Clone());
        }
    }

    /// <summary>Copies as the content for a field of a message.</summary>
    public RepeatedField<Resource> ToRepeatedField()
    {
        RepeatedField<Resource> field = new();
        CopyTo(field);
        return field;
    }

    /// <inheritdoc/>
    public bool Equals(Resources? other) =>
        other is not null && (ReferenceEquals(this, other) || (Count == other.Count && Contains(other) && other.Contains(this)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Resources);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        // Order does not count, so neither may it here.
        var hash = 0;
        foreach (var entry in entries)
        {
            hash ^= entry.Resource.Name.GetHashCode(StringComparison.Ordinal);
        }

        return hash;
    }

    /// <summary>The text form, such as <c>cpus:4; mem(reservations: [(STATIC,web)]):512</c>.</summary>
    public override string ToString() => IsEmpty
        ? "{}"
        : string.Join("; ", entries.Select(entry =>
            ResourceText.Format(entry.Resource) + (entry.Resource.IsShared() ? $"<{entry.Copies}>" : "")));

    /// <summary>The resources in order; those that are shared once each.</summary>
    public IEnumerator<Resource> GetEnumerator()
    {
        foreach (var entry in entries)
        {
            yield return entry.Resource;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
