using Mesos.Proto;

namespace Mesos.Common;

/// <summary>One resource inside <see cref="Resources"/>, valid and never changed again, and how many copies of it there are if it is shared.</summary>
internal readonly record struct ResourceEntry(Resource Resource, int Copies)
{
    public bool IsNothing => Copies == 0 || Resource.IsNothing();

    /// <summary>Copies a resource of a message; false when it is invalid.</summary>
    public static bool TryCreate(Resource resource, out ResourceEntry entry)
    {
        entry = default;
        if (ResourceRules.Validate(resource) is not null)
        {
            return false;
        }

        var copy = resource.Clone();
        ResourceFormat.Upgrade(copy);
        entry = new ResourceEntry(copy, 1);
        return true;
    }

    public bool Contains(ResourceEntry other)
    {
        if (!Resource.IsShared())
        {
            return ResourceMatching.Contains(Resource, other.Resource);
        }

        return Copies >= other.Copies && ResourceMatching.AreEqual(Resource, other.Resource);
    }

    public static bool AnyContains(ReadOnlySpan<ResourceEntry> entries, ResourceEntry wanted)
    {
        foreach (var entry in entries)
        {
            if (entry.Contains(wanted))
            {
                return true;
            }
        }

        return false;
    }
}
