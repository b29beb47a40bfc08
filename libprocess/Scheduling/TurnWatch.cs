namespace LibProcess.Scheduling;

/// <summary>
/// Looks after processes that wait for the end of a turn on its thread: where a single event takes long, or waits for the very
/// process that waits for it, another thread is asked for.
/// </summary>
/// <remarks>One for the program, in real time, at work only while processes are handed over.</remarks>
internal static class TurnWatch
{
    // A process that is seen twice in its place has waited for this long at least.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);

    private static readonly Lock Gate = new();
    private static readonly List<Seen> Threads = [];
    private static readonly ITimer Timer = TimeProvider.System.CreateTimer(
        static _ => Look(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private static bool isOn;

    /// <summary>A thread that will run turns.</summary>
    public static void Add(TurnThread thread)
    {
        lock (Gate)
        {
            Threads.Add(new Seen(thread));
        }
    }

    /// <summary>A process waits somewhere from now on. The thread of the turn.</summary>
    public static void Begin()
    {
        // No fence: whoever switches the watch off makes one for all threads, and looks again.
        if (!Volatile.Read(ref isOn))
        {
            SwitchOn();
        }
    }

    private static void SwitchOn()
    {
        lock (Gate)
        {
            if (!isOn)
            {
                isOn = true;
                Timer.Change(Period, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private static void Look()
    {
        lock (Gate)
        {
            Threads.RemoveAll(static seen => !seen.Thread.TryGetTarget(out _));
            bool goOn = false;
            foreach (Seen seen in Threads)
            {
                goOn |= seen.Look();
            }

            if (!goOn)
            {
                Volatile.Write(ref isOn, false);
                Interlocked.MemoryBarrierProcessWide();
                goOn = Threads.Exists(static seen => seen.Thread.TryGetTarget(out TurnThread? thread) && thread.HasNext);
                isOn = goOn;
            }

            if (goOn)
            {
                Timer.Change(Period, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private sealed class Seen(TurnThread thread)
    {
        private int count;

        // The thread keeps it alive, nobody else.
        public WeakReference<TurnThread> Thread { get; } = new(thread);

        /// <returns>Whether anything has happened since the last time, or is still waiting.</returns>
        public bool Look()
        {
            if (!Thread.TryGetTarget(out TurnThread? thread))
            {
                return false;
            }

            if (thread.Count != count)
            {
                count = thread.Count;
                return true;
            }

            if (!thread.HasNext)
            {
                return false;
            }

            thread.Relieve();
            return true;
        }
    }
}
