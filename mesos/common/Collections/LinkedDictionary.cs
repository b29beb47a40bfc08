using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Mesos.Common.Collections;

/// <summary>Entries in the order in which their keys first came. To find, add or remove one takes the same time however many there are.</summary>
/// <remarks>
/// What waits for others usually leaves in the order in which it came, and <see cref="OrderedDictionary{TKey, TValue}"/> moves
/// everything behind what leaves. Upstream: <c>LinkedHashMap</c> in stout/linkedhashmap.hpp. One thread at a time; whoever
/// changes it while going through it must take a copy first.
/// </remarks>
/// <typeparam name="TKey">What entries are found by.</typeparam>
/// <typeparam name="TValue">What is kept for a key.</typeparam>
/// <param name="comparer">When two keys are one; null for the default.</param>
public sealed class LinkedDictionary<TKey, TValue>(IEqualityComparer<TKey>? comparer = null) : IReadOnlyDictionary<TKey, TValue>
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<KeyValuePair<TKey, TValue>>> nodes = new(comparer);
    private readonly LinkedList<KeyValuePair<TKey, TValue>> order = [];

    /// <inheritdoc/>
    public int Count => nodes.Count;

    /// <summary>The keys, in order.</summary>
    public IEnumerable<TKey> Keys => order.Select(static entry => entry.Key);

    /// <summary>The values, in order of their keys.</summary>
    public IEnumerable<TValue> Values => order.Select(static entry => entry.Value);

    /// <summary>The value of a key. A key that is given another value keeps its place.</summary>
    /// <exception cref="KeyNotFoundException">There is none, on reading.</exception>
    public TValue this[TKey key]
    {
        get => nodes[key].Value.Value;
        set
        {
            if (nodes.TryGetValue(key, out LinkedListNode<KeyValuePair<TKey, TValue>>? node))
            {
                node.Value = new(node.Value.Key, value);
            }
            else
            {
                nodes.Add(key, order.AddLast(new KeyValuePair<TKey, TValue>(key, value)));
            }
        }
    }

    /// <inheritdoc/>
    public bool ContainsKey(TKey key) => nodes.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        bool found = nodes.TryGetValue(key, out LinkedListNode<KeyValuePair<TKey, TValue>>? node);
        value = found ? node!.Value.Value : default;
        return found;
    }

    /// <summary>Adds a key behind all others.</summary>
    /// <returns>False, and nothing changes, where it is there already.</returns>
    public bool TryAdd(TKey key, TValue value)
    {
        if (nodes.ContainsKey(key))
        {
            return false;
        }

        this[key] = value;
        return true;
    }

    /// <summary>Removes a key.</summary>
    /// <returns>False where it is not there.</returns>
    public bool Remove(TKey key) => Remove(key, out _);

    /// <summary>Removes a key and brings back its value.</summary>
    /// <returns>False where it is not there.</returns>
    public bool Remove(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!nodes.Remove(key, out LinkedListNode<KeyValuePair<TKey, TValue>>? node))
        {
            value = default;
            return false;
        }

        order.Remove(node);
        value = node.Value.Value;
        return true;
    }

    /// <summary>Removes all.</summary>
    public void Clear()
    {
        nodes.Clear();
        order.Clear();
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator() => order.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
