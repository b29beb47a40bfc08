using LibProcess.Events;

namespace LibProcess.Scheduling;

/// <summary>Many writers, one reader, first in first out. The events themselves are the nodes of the list.</summary>
/// <remarks>
/// Upstream: mpsc_linked_queue.hpp, after D. Vyukov's queue. A write is one exchange; between the exchange and the store of
/// the link the list is briefly cut, and the reader sees an empty mailbox though <see cref="IsEmpty"/> says otherwise.
/// A part of its process, not an object beside it: never copy it.
/// </remarks>
internal struct Mailbox
{
    private Event newest;

    // The node read last: its content is gone, its link is the way to the next.
    private Event oldest;

    public Mailbox()
    {
        newest = oldest = new Event();
    }

    /// <summary>Whether nothing is waiting; exact for the reader, a hint for others.</summary>
    public readonly bool IsEmpty => ReferenceEquals(Volatile.Read(in newest), oldest);

    /// <summary>Any thread. A full fence: what the caller reads next is not older than the entry.</summary>
    public void Enqueue(Event item)
    {
        Event previous = Interlocked.Exchange(ref newest, item);
        Volatile.Write(ref previous.Next, item);
    }

    /// <summary>
    /// Reader only. The event stays in the list as its first node: it is given back to the pool when the next one is taken, so
    /// the caller clears what it must not keep alive.
    /// </summary>
    public bool TryDequeue(out Event item)
    {
        Event first = oldest;
        Event? next = Volatile.Read(ref first.Next);
        if (next is null)
        {
            item = first;
            return false;
        }

        oldest = next;
        EventPool.Return(first);
        item = next;
        return true;
    }

    /// <summary>Reader only: what is waiting, oldest first.</summary>
    public readonly IEnumerable<Event> Peek() => From(oldest);

    private static IEnumerable<Event> From(Event start)
    {
        for (Event? item = Volatile.Read(ref start.Next); item is not null; item = Volatile.Read(ref item.Next))
        {
            yield return item;
        }
    }
}
