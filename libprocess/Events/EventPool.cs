using System.Collections.Concurrent;

namespace LibProcess.Events;

/// <summary>
/// Keeps used events for the next send. Each thread has a stack of its own; full stacks travel between threads as one piece,
/// because usually one thread sends and another receives.
/// </summary>
/// <remarks>Bounded: what does not fit is left to the collector, a miss allocates.</remarks>
internal static class EventPool
{
    private const int BatchSize = 64;
    private const int MaxBatches = 1024;

    [ThreadStatic]
    private static Stack? local;

    private static readonly ConcurrentQueue<Event> Batches = new();
    private static int batchCount;

    public static Event Rent()
    {
        Stack stack = local ??= new Stack();
        Event? head = stack.Head;
        if (head is null)
        {
            return RentSlow(stack);
        }

        stack.Head = head.Next;
        stack.Count--;
        head.Next = null;
        return head;
    }

    /// <param name="item">Cleared.</param>
    public static void Return(Event item)
    {
        Stack stack = local ??= new Stack();
        if (stack.Count == BatchSize)
        {
            Spill(stack);
        }

        item.Next = stack.Head;
        stack.Head = item;
        stack.Count++;
    }

    private static Event RentSlow(Stack stack)
    {
        if (stack.Spare is { } spare)
        {
            stack.Spare = null;
            stack.Head = spare.Next;
            stack.Count = BatchSize - 1;
            spare.Next = null;
            return spare;
        }

        if (Batches.TryDequeue(out Event? batch))
        {
            Interlocked.Decrement(ref batchCount);
            stack.Head = batch.Next;
            stack.Count = BatchSize - 1;
            batch.Next = null;
            return batch;
        }

        return new Event();
    }

    // One full stack is kept aside, so that a thread that sends and receives in turn does not pay for the shared queue each time.
    private static void Spill(Stack stack)
    {
        if (stack.Spare is { } spare)
        {
            if (Volatile.Read(ref batchCount) < MaxBatches)
            {
                Interlocked.Increment(ref batchCount);
                Batches.Enqueue(spare);
            }
        }

        stack.Spare = stack.Head;
        stack.Head = null;
        stack.Count = 0;
    }

    private sealed class Stack
    {
        public Event? Head;
        public Event? Spare;
        public int Count;
    }
}
