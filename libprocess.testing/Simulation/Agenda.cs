namespace LibProcess.Testing.Simulation;

/// <summary>What is to happen later, in order of time; at the same time in the order in which it was planned.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Entry, (long Due, long Order)> heap = new();
    private long order;
    private int waiting;
    private int work;

    /// <summary>Whether anything but faults is still to come.</summary>
    public bool HasForeground => waiting > 0;

    /// <summary>Whether something is under way in the network, or a process is about to run.</summary>
    public bool HasWork => work > 0;

    public Entry Add(long due, EntryKind kind, NodeLife? life, Action action)
    {
        var entry = new Entry(this, order++, kind, life, action);
        Count(kind, 1);
        heap.Enqueue(entry, (due, entry.Order));
        return entry;
    }

    /// <summary>The time of the next entry, or null.</summary>
    public long? NextDue()
    {
        while (heap.TryPeek(out Entry? entry, out (long Due, long Order) key))
        {
            if (entry.IsPending && entry.Life is not { IsAlive: false })
            {
                return key.Due;
            }

            heap.Dequeue();
            entry.Cancel();
        }

        return null;
    }

    /// <summary>The entry of <see cref="NextDue"/>; it still counts as pending.</summary>
    public Entry Take() => heap.Dequeue();

    /// <summary>Puts a taken entry back.</summary>
    public void Postpone(Entry entry, long due) => heap.Enqueue(entry, (due, entry.Order));

    private void Count(EntryKind kind, int by)
    {
        waiting += kind == EntryKind.Fault ? 0 : by;
        work += kind is EntryKind.Network or EntryKind.Turn ? by : 0;
    }

    internal sealed class Entry(Agenda owner, long order, EntryKind kind, NodeLife? life, Action action)
    {
        public long Order => order;

        public EntryKind Kind => kind;

        /// <summary>Whose it is; nothing happens once that node is down.</summary>
        public NodeLife? Life => life;

        public Action Action => action;

        public bool IsPending { get; private set; } = true;

        public void Cancel()
        {
            if (IsPending)
            {
                IsPending = false;
                owner.Count(kind, -1);
            }
        }
    }
}

/// <summary>What an entry of the agenda is about.</summary>
internal enum EntryKind
{
    /// <summary>A timer of a node.</summary>
    Timer,

    /// <summary>Something under way in the network.</summary>
    Network,

    /// <summary>A turn of a process whose machine is slow to begin it.</summary>
    Turn,

    /// <summary>Something the run itself has planned, such as a restart.</summary>
    Plan,

    /// <summary>A fault to come; it alone does not keep a run going.</summary>
    Fault,
}
