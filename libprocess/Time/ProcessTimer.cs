namespace LibProcess.Time;

/// <summary>A pending delay; disposing it before it is due cancels it.</summary>
/// <remarks>Safe from any thread. Inside the process that asked for the delay, cancelling is final: the action will not run.</remarks>
public sealed class ProcessTimer : IDisposable
{
    private const int Pending = 0;
    private const int Done = 1;

    private readonly TimerQueue queue;
    private int state;

    internal ProcessTimer(TimerQueue queue, Processes.ProcessBase process, Action action, long due, string name)
    {
        this.queue = queue;
        Process = process;
        Action = action;
        Due = due;
        Name = name;
    }

    internal Processes.ProcessBase Process { get; }

    internal Action Action { get; }

    /// <summary>Time stamp of the clock at which the action runs.</summary>
    internal long Due { get; }

    internal string Name { get; }

    /// <summary>Whether the action has neither run nor been cancelled.</summary>
    public bool IsPending => Volatile.Read(ref state) == Pending;

    /// <summary>Cancels the delay if it is still pending.</summary>
    public void Dispose()
    {
        if (TryClaim())
        {
            queue.Cancelled();
        }
    }

    /// <summary>Called in the process when the delay is over: runs the action unless it was cancelled meanwhile.</summary>
    internal void Fire()
    {
        if (TryClaim())
        {
            Action();
        }
    }

    private bool TryClaim() => Interlocked.CompareExchange(ref state, Done, Pending) == Pending;
}
