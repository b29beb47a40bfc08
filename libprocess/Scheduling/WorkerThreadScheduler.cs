using System.Collections.Concurrent;
using System.Globalization;

namespace LibProcess.Scheduling;

/// <summary>Runs processes on a fixed number of threads of their own, one queue for all.</summary>
/// <remarks>
/// Upstream: <c>ProcessManager::init_threads</c> and run_queue.hpp; <c>LIBPROCESS_NUM_WORKER_THREADS</c> sets the number. For
/// machines on which many nodes must not take many threads each. Safe from any thread.
/// </remarks>
public sealed class WorkerThreadScheduler : ProcessScheduler, IDisposable
{
    /// <summary>The most threads one node may have.</summary>
    public const int MaxThreads = 1024;

    private readonly ConcurrentQueue<IThreadPoolWorkItem> ready = new();
    private readonly SemaphoreSlim signal = new(0);
    private volatile bool disposed;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">From 1 to <see cref="MaxThreads"/>.</param>
    public WorkerThreadScheduler(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MaxThreads);
        Threads = threads;
        for (int number = 1; number <= threads; number++)
        {
            new Thread(Work)
            {
                IsBackground = true,
                Name = string.Create(CultureInfo.InvariantCulture, $"libprocess worker {number}"),
            }.Start();
        }
    }

    /// <summary>The number of threads.</summary>
    public int Threads { get; }

    /// <inheritdoc/>
    internal override bool KeepsThread => true;

    /// <inheritdoc/>
    public override void Schedule(IThreadPoolWorkItem process, bool fair)
    {
        if (disposed)
        {
            // What is left of ended processes, such as finally blocks after an await, still runs.
            ThreadPool.Schedule(process, fair);
            return;
        }

        ready.Enqueue(process);
        signal.Release();
        if (disposed && ready.TryDequeue(out IThreadPoolWorkItem? left))
        {
            // Disposed in between: the threads may be gone.
            ThreadPool.Schedule(left, fair);
        }
    }

    /// <summary>Lets the threads end once nothing is queued. Does not wait for them: the caller may be one of them.</summary>
    public void Dispose()
    {
        if (!disposed)
        {
            disposed = true;
            signal.Release(Threads);
        }
    }

    private void Work()
    {
        while (true)
        {
            signal.Wait();
            if (ready.TryDequeue(out IThreadPoolWorkItem? process))
            {
                process.Execute();
            }
            else if (disposed)
            {
                return;
            }
        }
    }
}
