using LibProcess.Addressing;
using LibProcess.Events;
using LibProcess.Futures;
using LibProcess.Http;
using LibProcess.Net;
using LibProcess.Scheduling;

namespace LibProcess.Processes;

// The loop that takes events from the mailbox, one at a time.
public abstract partial class ProcessBase : IThreadPoolWorkItem
{
    // A turn ends after this many events or this much time, so that one busy process does not starve the others.
    private const int TurnEvents = 1024;
    private const int ClockCheckMask = 63;
    private static readonly TimeSpan TurnTime = TimeSpan.FromMilliseconds(10);

    // Written by whoever takes the process from idle to scheduled, and by the running turn. The full fence of the mailbox's
    // exchange stands between "entry written" and "state read"; Park has its own between "state written" and "mailbox read".
    private const int Claimed = 3;
    private const int Unspawned = 2;
    private const int Scheduled = 1;
    private const int Idle = 0;

    // Scheduled anew for each event: see ProcessScheduler.OneEventPerTurn.
    private const int Stepped = -1;

    private Mailbox mailbox = new();
    private int runState = Unspawned;
    private bool initialized;
    private volatile bool ended;
    private Event? injectedEnd;

    // Who waits for the end: nobody at first, Over once there is nothing left to wait for.
    private static readonly Promise<bool> Over = new();
    private Promise<bool>? end;

    /// <summary>Whether the process has handled its last event.</summary>
    internal bool HasEnded => ended;

    /// <summary>Whether the process has been started and has not ended. Any thread.</summary>
    internal bool IsSpawned => Volatile.Read(ref runState) < Unspawned && !ended;

    /// <summary>Whether events wait or one is being handled. Any thread; a hint.</summary>
    internal bool IsBusy => Volatile.Read(ref runState) == Scheduled || !mailbox.IsEmpty;

    /// <summary>Takes the right to start the process.</summary>
    /// <returns>False if somebody else has.</returns>
    internal bool TryClaim() => Interlocked.CompareExchange(ref runState, Claimed, Unspawned) == Unspawned;

    /// <summary>Gives the right to start the process back.</summary>
    internal void Unclaim() => Volatile.Write(ref runState, Unspawned);

    /// <summary>Completes when the process has ended and is gone from its node; at once if it does not run. Any thread.</summary>
    internal Task WhenGoneAsync()
    {
        Promise<bool>? found = Volatile.Read(ref end);
        if (found is null)
        {
            if (Volatile.Read(ref runState) == Unspawned)
            {
                return Task.CompletedTask;
            }

            var promise = new Promise<bool>();
            found = Interlocked.CompareExchange(ref end, promise, null) ?? promise;
        }

        return ReferenceEquals(found, Over) ? Task.CompletedTask : found.Task;
    }

    /// <summary>Called by the manager when the process is gone from its tables.</summary>
    internal void TellGone() => Interlocked.Exchange(ref end, Over)?.TrySet(true);

    /// <summary>Called once by the manager after the process has its place in the table.</summary>
    internal void Start()
    {
        if (Manager.Scheduler.OneEventPerTurn)
        {
            StartStepped();
            return;
        }

        Volatile.Write(ref runState, Scheduled);
        Manager.Scheduler.Schedule(this, fair: true);
    }

    private void StartStepped()
    {
        runState = Stepped;
        Manager.Scheduler.Schedule(this, fair: true);
        foreach (Event _ in mailbox.Peek())
        {
            Manager.Scheduler.Schedule(this, fair: true);
        }
    }

    /// <summary>How many events of a kind wait in the mailbox. Costs a walk through it.</summary>
    /// <remarks>Upstream: <c>eventCount</c>, behind metrics such as <c>master/event_queue_messages</c>.</remarks>
    protected int WaitingEvents(EventKind kind) => mailbox.Peek().Count(item => item.Kind == kind);

    /// <summary>Reads the waiting events inside a turn of the process, between two events.</summary>
    internal Task<IReadOnlyList<WaitingEvent>> InspectMailboxAsync()
    {
        var promise = new Promise<IReadOnlyList<WaitingEvent>>();
        Event look = EventPool.Rent();
        look.Kind = EventKind.None;
        look.Payload = () => { promise.TrySet([.. mailbox.Peek().Where(e => e.Kind != EventKind.None).Select(WaitingEvent.Of)]); };
        Enqueue(look);
        return promise.Task;
    }

    internal void EnqueueExited(UPid pid)
    {
        Event item = EventPool.Rent();
        item.Kind = EventKind.Exited;
        item.From = pid;
        Enqueue(item);
    }

    internal void EnqueueHttp(HttpExchange exchange)
    {
        Event item = EventPool.Rent();
        item.Kind = EventKind.Http;
        item.Payload = exchange;
        item.Name = exchange.Request.Path;
        Enqueue(item);
    }

    internal void EnqueueTerminate(UPid from, bool inject)
    {
        Event item = EventPool.Rent();
        item.Kind = EventKind.Terminate;
        item.From = from;
        if (inject)
        {
            Interlocked.CompareExchange(ref injectedEnd, item, null);
        }

        Enqueue(item);
    }

    private void Enqueue(Event item)
    {
        mailbox.Enqueue(item);
        if (Volatile.Read(ref runState) <= Idle && Interlocked.CompareExchange(ref runState, Scheduled, Idle) <= Idle)
        {
            ProcessScheduler scheduler = Manager.Scheduler;
            if (!TurnThread.TryKeep(this, scheduler))
            {
                scheduler.Schedule(this, fair: false);
            }
        }
    }

    /// <summary>One turn, and those of processes that it wakes. Called by the scheduler only.</summary>
    void IThreadPoolWorkItem.Execute() => TurnThread.Run(this, Manager.Scheduler);

    /// <summary>Asks for another thread for a turn that was to follow on this one.</summary>
    internal void ScheduleAgain() => Manager.Scheduler.Schedule(this, fair: true);

    /// <summary>One turn.</summary>
    /// <param name="thread">Where processes that the turn wakes may wait for its end, or null.</param>
    internal void RunTurn(TurnThread? thread)
    {
        SynchronizationContext? outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(context);
        TurnBatch batch = TurnBatch.Begin();
        try
        {
            RunEvents(batch, thread);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
            batch.End();
        }
    }

    private void RunEvents(TurnBatch batch, TurnThread? thread)
    {
        if (runState == Stepped)
        {
            RunStep();
            return;
        }

        EnsureInitialized();

        long started = 0;
        int handled = 0;
        do
        {
            while (mailbox.TryDequeue(out Event item))
            {
                Handle(item);
                if (batch.HasLinks)
                {
                    batch.FlushIfLate();
                }

                handled++;
                if (thread is { HasNext: true })
                {
                    thread.Look(handled);
                }

                if (handled >= TurnEvents || ((handled & ClockCheckMask) == 0 && IsTurnOver(ref started)))
                {
                    Manager.Scheduler.Schedule(this, fair: true);
                    return;
                }
            }
        }
        while (!Park());
    }

    private void RunStep()
    {
        if (!EnsureInitialized() && mailbox.TryDequeue(out Event item))
        {
            Handle(item);
        }
    }

    private bool EnsureInitialized()
    {
        if (initialized)
        {
            return false;
        }

        initialized = true;
        Guarded(EventKind.Dispatch, nameof(Initialize), Initialize);
        return true;
    }

    private static bool IsTurnOver(ref long started)
    {
        if (started == 0)
        {
            started = Environment.TickCount64;
            return false;
        }

        return Environment.TickCount64 - started > TurnTime.TotalMilliseconds;
    }

    /// <returns>False where an event came in while the process was falling asleep, and this turn goes on.</returns>
    private bool Park()
    {
        Volatile.Write(ref runState, Idle);
        Interlocked.MemoryBarrier();
        return mailbox.IsEmpty || Interlocked.CompareExchange(ref runState, Scheduled, Idle) != Idle;
    }

    private void Handle(Event item)
    {
        // Read out first: the node stays in the mailbox as its empty place and must not keep anything alive.
        (EventKind kind, UPid from, string name) = (item.Kind, item.From ?? UPid.Empty, item.Name ?? string.Empty);
        (object? payload, Delegate? callback, ReadOnlyMemory<byte> bytes) = (item.Payload, item.Callback, item.Bytes);
        item.Clear();

        if (ended || (injectedEnd is not null && !ReferenceEquals(item, injectedEnd)))
        {
            Drop(kind, callback, payload);
            return;
        }

        if (Manager.Filter is { } filter && filter.Intercept(new EventView(this, kind, from, name, payload, bytes)))
        {
            Drop(kind, callback, payload);
            return;
        }

        try
        {
            switch (kind)
            {
                case EventKind.Message:
                    Receive(from, name, payload, bytes);
                    break;
                case EventKind.Dispatch:
                    Invoke(callback!, payload);
                    break;
                case EventKind.Continuation:
                    ((SendOrPostCallback)callback!)(payload);
                    break;
                case EventKind.Http:
                    Serve((HttpExchange)payload!);
                    break;
                case EventKind.Exited:
                    Exited(from);
                    break;
                case EventKind.Terminate:
                    End();
                    break;
                default:
                    ((Action)payload!)();
                    break;
            }
        }
        catch (Exception exception)
        {
            sender = null;
            Fault(kind, name, exception);
        }
    }

    private static void Invoke(Delegate callback, object? state)
    {
        if (callback is Action action)
        {
            action();
        }
        else
        {
            ((Action<object?>)callback)(state);
        }
    }

    private void End()
    {
        Guarded(EventKind.Terminate, nameof(OnTerminate), OnTerminate);
        ended = true;
        Manager.Remove(this);
        if (terminated is not null)
        {
            SimulatedThread.Cancel(terminated);
        }
    }

    /// <summary>Ends what somebody waits for. Continuations still run, so that finally blocks of the process do.</summary>
    private void Drop(EventKind kind, Delegate? callback, object? payload)
    {
        switch (kind)
        {
            case EventKind.Continuation:
                Guarded(kind, nameof(EventKind.Continuation), () => ((SendOrPostCallback)callback!)(payload));
                break;
            case EventKind.Dispatch when payload is IPendingCall call:
                call.Abandon(Self.Id);
                break;
            case EventKind.Http:
                ((HttpExchange)payload!).Abandon();
                break;
            case EventKind.None:
                ((Action)payload!)();
                break;
            default:
                break;
        }
    }

    private void Guarded(EventKind kind, string name, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception)
        {
            Fault(kind, name, exception);
        }
    }
}
