using System.Diagnostics.CodeAnalysis;

namespace Mesos.Master.State;

/// <summary>A dictionary that forgets its oldest entry when it is full. Setting a key again makes it the newest.</summary>
/// <remarks>Upstream: <c>BoundedHashMap</c> in stout/boundedhashmap.hpp.</remarks>
internal sealed class BoundedMap<T>(int capacity)
{
    private readonly Dictionary<string, LinkedListNode<(string Key, T Value)>> nodes = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, T Value)> order = [];

    public int Count => nodes.Count;

    /// <summary>From the oldest to the newest.</summary>
    public IEnumerable<T> Values => order.Select(entry => entry.Value);

    public bool Contains(string key) => nodes.ContainsKey(key);

    public bool TryGet(string key, [MaybeNullWhen(false)] out T value)
    {
        bool found = nodes.TryGetValue(key, out LinkedListNode<(string Key, T Value)>? node);
        value = found ? node!.Value.Value : default;
        return found;
    }

    /// <returns>What had to go, if anything: the oldest entry, or the value itself where nothing is kept.</returns>
    public T? Set(string key, T value)
    {
        Remove(key);
        if (capacity <= 0)
        {
            return value;
        }

        T? evicted = default;
        if (nodes.Count >= capacity)
        {
            evicted = order.First!.Value.Value;
            Remove(order.First.Value.Key);
        }

        nodes[key] = order.AddLast((key, value));
        return evicted;
    }

    public bool Remove(string key)
    {
        if (!nodes.Remove(key, out LinkedListNode<(string Key, T Value)>? node))
        {
            return false;
        }

        order.Remove(node);
        return true;
    }
}
