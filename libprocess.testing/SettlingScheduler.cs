using LibProcess.Scheduling;

namespace LibProcess.Testing;

/// <summary>The thread pool with a count of turns under way, so that a test can wait until nothing is left to do.</summary>
/// <remarks>Upstream: <c>Clock::settle</c>. Sees processes, not bytes on their way between nodes.</remarks>
public sealed class SettlingScheduler : ProcessScheduler
{
    private readonly Lock gate = new();
    private int pending;
    private TaskCompletionSource? quiet;

    /// <inheritdoc/>
    public override void Schedule(IThreadPoolWorkItem process, bool fair)
    {
        lock (gate)
        {
            pending++;
        }

        System.Threading.ThreadPool.UnsafeQueueUserWorkItem(new Turn(this, process), preferLocal: false);
    }

    /// <summary>Completes when no process of the nodes with this scheduler has anything to do.</summary>
    public Task SettleAsync()
    {
        lock (gate)
        {
            return pending == 0
                ? Task.CompletedTask
                : (quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private void Done()
    {
        lock (gate)
        {
            if (--pending == 0)
            {
                quiet?.TrySetResult();
                quiet = null;
            }
        }
    }

    private sealed class Turn(SettlingScheduler owner, IThreadPoolWorkItem process) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            try
            {
                process.Execute();
            }
            finally
            {
                owner.Done();
            }
        }
    }
}
