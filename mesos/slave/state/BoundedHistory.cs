using System.Collections;

namespace Mesos.Slave.State;

/// <summary>The last so many items, oldest first; a new one pushes the oldest out.</summary>
internal sealed class BoundedHistory<T>(int limit) : IReadOnlyCollection<T>
{
    private readonly LinkedList<T> items = new();

    public int Count => items.Count;

    /// <returns>The item that was pushed out, or the default.</returns>
    public T? Add(T item)
    {
        if (limit <= 0)
        {
            return item;
        }

        T? pushedOut = default;
        if (items.Count == limit)
        {
            pushedOut = items.First!.Value;
            items.RemoveFirst();
        }

        items.AddLast(item);
        return pushedOut;
    }

    /// <summary>Takes out the first item that matches, or gives the default.</summary>
    public T? Take(Predicate<T> matches)
    {
        for (LinkedListNode<T>? node = items.First; node is not null; node = node.Next)
        {
            if (matches(node.Value))
            {
                items.Remove(node);
                return node.Value;
            }
        }

        return default;
    }

    public IEnumerator<T> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
