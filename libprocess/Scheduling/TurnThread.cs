using LibProcess.Processes;

namespace LibProcess.Scheduling;

/// <summary>
/// What a thread does after the turn it runs: the process which that turn woke first takes its own turn on the same thread.
/// Waking another CPU costs more than most turns, and what the one process has just written is still near for the next.
/// </summary>
/// <remarks>
/// Only where the scheduler allows it. A process that waits here does not wait for long: a turn that goes on asks for another
/// thread in its stead, and one that is stuck in a single event is relieved by <see cref="TurnWatch"/>.
/// </remarks>
internal sealed class TurnThread
{
    // So many turns, or so many milliseconds, one after the other; then others that wait for a thread get it.
    private const int MostTurns = 64;
    private const int MostMilliseconds = 10;

    // How long a turn may go on while another process waits for it to end, looked at every so many events.
    private const int LookMask = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromMicroseconds(100);

    [ThreadStatic]
    private static TurnThread? current;

    private readonly TimeProvider clock = TimeProvider.System;
    private ProcessScheduler? scheduler;
    private ProcessBase? next;
    private long waitingSince;
    private long started;
    private int turns;

    private TurnThread() => TurnWatch.Add(this);

    /// <summary>Grows with each process that waits here. The own thread writes it.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a process waits for the turn to end. The own thread, else a hint.</summary>
    public bool HasNext => Volatile.Read(ref next) is not null;

    /// <summary>Runs a process, and those that are woken by it, as far as the scheduler lets them stay on a thread.</summary>
    public static void Run(ProcessBase process, ProcessScheduler scheduler)
    {
        if (!scheduler.KeepsThread)
        {
            process.RunTurn(thread: null);
            return;
        }

        TurnThread thread = current ??= new TurnThread();
        if (thread.scheduler is not null)
        {
            process.RunTurn(thread: null);
            return;
        }

        thread.Begin(scheduler);
        try
        {
            process.RunTurn(thread);
            while (thread.TryTake(out ProcessBase? woken))
            {
                woken.RunTurn(thread);
            }
        }
        finally
        {
            thread.End();
        }
    }

    /// <summary>Gives a process that was just woken its turn after the one that runs on this thread.</summary>
    /// <returns>False where it must be scheduled.</returns>
    public static bool TryKeep(ProcessBase process, ProcessScheduler scheduler)
    {
        TurnThread? thread = current;
        if (thread is null || thread.next is not null || !ReferenceEquals(thread.scheduler, scheduler))
        {
            return false;
        }

        thread.waitingSince = 0;
        thread.Count++;
        Volatile.Write(ref thread.next, process);
        TurnWatch.Begin();
        return true;
    }

    /// <summary>Between two events of a turn, where a process waits: it goes elsewhere if that takes too long.</summary>
    /// <param name="handled">The events of the turn so far.</param>
    public void Look(int handled)
    {
        if ((handled & LookMask) != 0)
        {
            return;
        }

        long now = clock.GetTimestamp();
        if (waitingSince == 0)
        {
            waitingSince = now;
        }
        else if (clock.GetElapsedTime(waitingSince, now) > Patience)
        {
            Relieve();
        }
    }

    /// <summary>Schedules the process that waits here, if one does. Any thread.</summary>
    public void Relieve()
    {
        if (Interlocked.Exchange(ref next, null) is { } process)
        {
            process.ScheduleAgain();
        }
    }

    private void Begin(ProcessScheduler own)
    {
        scheduler = own;
        turns = 1;
        started = Environment.TickCount64;
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ProcessBase? process)
    {
        process = null;
        if (next is null)
        {
            return false;
        }

        if (++turns > MostTurns || Environment.TickCount64 - started > MostMilliseconds)
        {
            Relieve();
            return false;
        }

        process = Interlocked.Exchange(ref next, null);
        return process is not null;
    }

    private void End()
    {
        scheduler = null;
        Relieve();
    }
}
