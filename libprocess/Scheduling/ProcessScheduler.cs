namespace LibProcess.Scheduling;

/// <summary>Decides when and on which thread a process with waiting events runs. A seam: tests put a seeded one here.</summary>
public abstract class ProcessScheduler
{
    /// <summary>The thread pool of the runtime.</summary>
    public static ProcessScheduler ThreadPool { get; } = new ThreadPoolScheduler();

    /// <summary>
    /// Called from any thread when a process has work. <see cref="IThreadPoolWorkItem.Execute"/> must then be called exactly
    /// once; the process asks again when it has more.
    /// </summary>
    /// <param name="process">One turn of the process.</param>
    /// <param name="fair">True where the process gives way to others: it goes to the back of the queue.</param>
    public abstract void Schedule(IThreadPoolWorkItem process, bool fair);

    /// <summary>
    /// Whether a process is scheduled once for its start and once for each event, and handles just that in each turn; else,
    /// the default, once for as many events as are there. For schedulers that order single events.
    /// </summary>
    public virtual bool OneEventPerTurn => false;

    /// <summary>Whether a process woken in a turn may take its own on the same thread, without being scheduled.</summary>
    internal virtual bool KeepsThread => false;

    private sealed class ThreadPoolScheduler : ProcessScheduler
    {
        internal override bool KeepsThread => true;

        public override void Schedule(IThreadPoolWorkItem process, bool fair) =>
            global::System.Threading.ThreadPool.UnsafeQueueUserWorkItem(process, preferLocal: !fair);
    }
}
