namespace LibProcess.Scheduling;

/// <summary>
/// Marks the thread on which a simulation runs: there nothing may go to the thread pool, because the order of what happens
/// would no longer be the seed's.
/// </summary>
/// <remarks>
/// What awaits without a context goes on inside the call that completes what it waits for, provided that the thread has no
/// context of its own at that moment; what awaits inside a process goes through the mailbox as ever.
/// </remarks>
internal static class SimulatedThread
{
    [ThreadStatic]
    private static bool isCurrent;

    // Whether there was ever one in this program: everywhere else the question costs next to nothing.
    private static bool isUsed;

    /// <summary>Whether the code that asks runs inside a simulation.</summary>
    public static bool IsCurrent => isUsed && isCurrent;

    /// <summary>How the continuations of a promise made now are to run.</summary>
    public static TaskCreationOptions Continuations =>
        IsCurrent ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>This thread runs a simulation until the result is disposed, outside of any process.</summary>
    public static Scope Enter()
    {
        var scope = new Scope(isCurrent, SynchronizationContext.Current);
        isUsed = true;
        isCurrent = true;
        SynchronizationContext.SetSynchronizationContext(null);
        return scope;
    }

    /// <summary>Cancels without running callbacks or continuations inside the process that cancels.</summary>
    public static Task CancelAsync(CancellationTokenSource source)
    {
        if (!IsCurrent)
        {
            return source.CancelAsync();
        }

        using (Enter())
        {
            try
            {
                source.Cancel();
                return Task.CompletedTask;
            }
            catch (AggregateException exception)
            {
                return Task.FromException(exception);
            }
        }
    }

    /// <summary>Cancels on this thread.</summary>
    public static void Cancel(CancellationTokenSource source)
    {
        if (!IsCurrent)
        {
            source.Cancel();
            return;
        }

        using (Enter())
        {
            source.Cancel();
        }
    }

    internal readonly struct Scope(bool outer, SynchronizationContext? context) : IDisposable
    {
        public void Dispose()
        {
            isCurrent = outer;
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
