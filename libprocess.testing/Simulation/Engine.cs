using LibProcess.Events;
using LibProcess.Processes;
using LibProcess.Scheduling;

namespace LibProcess.Testing.Simulation;

/// <summary>Takes one step after the other: a turn of a process, or what is due by the agenda; the seed decides which.</summary>
internal sealed class Engine
{
    private static readonly TimeSpan LateViolation = TimeSpan.FromMilliseconds(200);

    private readonly SeededChance order;
    private readonly List<(NodeLife Life, IThreadPoolWorkItem Item)> ready = [];
    private readonly PriorityQueue<Action, long> atSteps = new();
    private readonly Trace trace;
    private long nextAtStep = long.MaxValue;
    private int stepsAtOnce;
    private SimulationFailedException? failure;
    private (string Reason, Exception Cause)? fault;

    public Engine(SimulationOptions options)
    {
        Options = options;
        order = SeededChance.For(options.Seed, "order");
        trace = new Trace(options.TraceLines);
    }

    public SimulationOptions Options { get; }

    public ThreadGuard Guard { get; } = new();

    public Agenda Agenda { get; } = new();

    /// <summary>Ticks since the start.</summary>
    public long Now { get; private set; }

    /// <summary>How many steps were taken.</summary>
    public long Step { get; private set; }

    public ulong Hash => trace.Hash;

    /// <summary>Called after each step; throws where something is wrong.</summary>
    public List<Action> Checks { get; } = [];

    /// <summary>The node whose process had the last turn.</summary>
    public SimulatedNode? LastToRun { get; private set; }

    public bool HasReady => ready.Count > 0;

    /// <summary>What is done until the result is disposed counts as done by the simulation.</summary>
    public Scope Enter()
    {
        Guard.Check("the simulation was called");
        ThrowIfLeft();
        return new Scope(Guard, Guard.CurrentOrigin, SimulatedThread.Enter());
    }

    public void MakeReady(NodeLife life, IThreadPoolWorkItem item)
    {
        if (order.Happens(Options.SlowTurns))
        {
            long begin = Now + (Options.SlowTurnTime * order.NextDouble()).Ticks;
            Agenda.Add(begin, EntryKind.Turn, life, () => ready.Add((life, item)));
            return;
        }

        ready.Add((life, item));
    }

    /// <summary>Plans something for a step.</summary>
    public void AtStep(long step, Action action)
    {
        atSteps.Enqueue(action, step);
        nextAtStep = Math.Min(nextAtStep, step);
    }

    public void Forget(NodeLife life) => ready.RemoveAll(entry => entry.Life == life);

    /// <summary>Takes one step if there is something to do until then; else it is then.</summary>
    public bool TryStep(long deadline)
    {
        if (failure is not null)
        {
            throw failure;
        }

        ThrowIfLeft();
        long? due = Agenda.NextDue();
        if (ready.Count == 0 && (due is not { } next || next > deadline))
        {
            Now = Math.Max(Now, deadline);
            return false;
        }

        try
        {
            TakeStep(due);
            ThrowIfLeft();
            if (fault is { } found)
            {
                throw Fail($"{found.Reason}: {found.Cause.Message}", found.Cause);
            }

            foreach (Action check in Checks)
            {
                check();
            }
        }
        catch (Exception exception) when (exception is not SimulationFailedException)
        {
            throw Fail(exception.Message, exception);
        }

        return true;
    }

    /// <summary>Adds to the trace.</summary>
    public void Note(string node, string kind, string detail, object? peer = null, ulong number = 0) =>
        trace.Add(Step, Now, node, kind, detail, peer, number);

    public void Note(string node, in EventView item) => trace.Add(Step, Now, node, item);

    public void NoteText(string node, string text) => trace.AddText(Step, Now, node, text);

    public void NoteBytes(ReadOnlySpan<byte> bytes) => trace.AddBytes(bytes);

    public string LastLines(int count) => trace.Last(count);

    /// <summary>The run is over; each further step throws the same.</summary>
    public SimulationFailedException Fail(string reason, Exception? cause = null)
    {
        if (failure is null)
        {
            Guard.WaitForViolation(LateViolation);
            reason = Guard.Violation ?? reason;
        }

        return failure ??= new SimulationFailedException(
            reason, Options.Seed, Step, TimeSpan.FromTicks(Now), Hash, trace.Last(Options.TraceLines), cause);
    }

    /// <summary>The same where no exception may be thrown now.</summary>
    public void FailAfterStep(string reason, Exception cause) => fault ??= (reason, cause);

    public void ThrowIfLeft()
    {
        if (Guard.Violation is { } violation)
        {
            throw Fail(violation);
        }
    }

    private void TakeStep(long? due)
    {
        Options.BeforeStep?.Invoke(Step + 1);
        Step++;
        if (Step >= nextAtStep)
        {
            Action planned = atSteps.Dequeue();
            nextAtStep = atSteps.TryPeek(out _, out long next) ? next : long.MaxValue;
            planned();
            return;
        }

        int choices = ready.Count + (due <= Now || ready.Count == 0 ? 1 : 0);
        int choice = choices == 1 ? 0 : order.Next(choices);
        if (choice < ready.Count)
        {
            CountAtOnce();
            TakeTurn(choice);
        }
        else
        {
            Follow(due!.Value);
        }
    }

    private void TakeTurn(int index)
    {
        (NodeLife life, IThreadPoolWorkItem item) = ready[index];

        // Turns of one process stay in order among themselves: which of them goes is all the same.
        ready[index] = ready[^1];
        ready.RemoveAt(ready.Count - 1);
        if (life.IsPaused)
        {
            life.Park(item);
            return;
        }

        LastToRun = life.Node;
        long before = trace.Count;
        Guard.SetOrigin(new ThreadGuard.Origin(Guard, item, life.Node.Name, Step));
        item.Execute();
        if (trace.Count == before)
        {
            Note(life.Node.Name, "turn", (item as ProcessBase)?.Self.Id ?? "link");
        }
    }

    private void Follow(long due)
    {
        Agenda.Entry entry = Agenda.Take();
        if (due > Now)
        {
            Now = due;
            stepsAtOnce = 0;
        }
        else
        {
            CountAtOnce();
        }

        if (entry is { Kind: EntryKind.Timer, Life: { IsPaused: true } life })
        {
            Agenda.Postpone(entry, life.PausedUntil);
            return;
        }

        entry.Cancel();
        Guard.SetOrigin(new ThreadGuard.Origin(Guard, entry.Kind, entry.Life?.Node.Name ?? "network", Step));
        entry.Action();
    }

    private void CountAtOnce()
    {
        if (++stepsAtOnce > Options.MaxStepsAtOnce)
        {
            throw Fail($"{Options.MaxStepsAtOnce} steps were taken and no time passed: something goes in a circle");
        }
    }

    internal readonly struct Scope(ThreadGuard guard, ThreadGuard.Origin? outer, SimulatedThread.Scope inner) : IDisposable
    {
        public void Dispose()
        {
            guard.SetOrigin(outer);
            inner.Dispose();
        }
    }
}
