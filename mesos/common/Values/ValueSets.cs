using Set = Mesos.Proto.Value.Types.Set;

namespace Mesos.Common.Values;

/// <summary>Sets of texts, as resources of type SET hold them. Arguments are never changed; the order of the items is kept.</summary>
/// <remarks>Upstream: the operators on <c>Value::Set</c> in src/common/values.cpp.</remarks>
public static class ValueSets
{
    /// <summary>The items of both, without repetition.</summary>
    public static Set Add(Set left, Set right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        Set result = new();
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (var item in left.Item.Concat(right.Item))
        {
            if (seen.Add(item))
            {
                result.Item.Add(item);
            }
        }

        return result;
    }

    /// <summary>The items of <paramref name="left"/> that are not in <paramref name="right"/>.</summary>
    public static Set Subtract(Set left, Set right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var removed = right.Item.ToHashSet(StringComparer.Ordinal);
        Set result = new();
        result.Item.AddRange(left.Item.Where(item => !removed.Contains(item)));
        return result;
    }

    /// <summary>Whether every item of <paramref name="right"/> is in <paramref name="left"/>.</summary>
    public static bool Contains(Set left, Set right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var items = left.Item.ToHashSet(StringComparer.Ordinal);
        return right.Item.All(items.Contains);
    }

    /// <summary>Whether both hold the same items.</summary>
    public static bool AreEqual(Set left, Set right) => Contains(left, right) && Contains(right, left);

    /// <summary>Says what is wrong with the set of a peer, or null: no item may appear twice.</summary>
    public static string? Validate(Set set)
    {
        ArgumentNullException.ThrowIfNull(set);
        HashSet<string> seen = new(StringComparer.Ordinal);
        return set.Item.FirstOrDefault(item => !seen.Add(item)) is { } twice ? $"item '{twice}' appears twice" : null;
    }

    /// <summary>The text form, such as <c>{a, b}</c>.</summary>
    public static string Format(Set set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return "{" + string.Join(", ", set.Item) + "}";
    }
}
