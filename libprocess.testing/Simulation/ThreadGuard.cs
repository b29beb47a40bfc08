using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LibProcess.Processes;

namespace LibProcess.Testing.Simulation;

/// <summary>
/// Notices what leaves the one thread of a simulation: work that was started inside and runs elsewhere, and calls into the
/// simulation from elsewhere.
/// </summary>
/// <remarks>
/// Work carries the execution context of where it was started, and with it a mark; a thread that takes such work up is told at
/// once by the runtime. Only work queued without its context goes unseen until it calls the simulation.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Threads that left may still look at it after the end")]
internal sealed class ThreadGuard
{
    private static readonly AsyncLocal<Origin?> Mark = new(static change =>
    {
        if (change.ThreadContextChanged && change.CurrentValue is { } origin)
        {
            origin.Guard.Entered(origin);
        }
    });

    private readonly int thread = Environment.CurrentManagedThreadId;
    private readonly ManualResetEventSlim left = new(false);
    private string? violation;

    /// <summary>What was seen first, or null.</summary>
    public string? Violation => Volatile.Read(ref violation);

    public bool IsOwnThread => Environment.CurrentManagedThreadId == thread;

    /// <summary>Where what is started now is known to come from.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "Reads as a part of the guard")]
    public Origin? CurrentOrigin => Mark.Value;

    /// <summary>Whatever is started from now on is known to come from there; null for nobody.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "Reads as a part of the guard")]
    public void SetOrigin(Origin? origin) => Mark.Value = origin;

    /// <summary>Called wherever the simulation is entered.</summary>
    public void Check(string what)
    {
        if (!IsOwnThread)
        {
            Report($"{what} on thread {Thread()}");
        }
    }

    /// <summary>Waits a moment of real time for work that is still on its way to another thread; only where a run has failed anyhow.</summary>
    public bool WaitForViolation(TimeSpan limit) => left.Wait(limit);

    private void Entered(Origin origin)
    {
        if (!IsOwnThread)
        {
            Report($"what {origin.Who} started in step {origin.Step}, or awaits since then, went on on thread {Thread()}");
        }
    }

    private void Report(string what)
    {
        Interlocked.CompareExchange(
            ref violation,
            $"left the simulation: {what}. Everything must stay on the simulation's thread: no Task.Run, no Task.Delay or timer of the"
            + " system, no asynchronous files or sockets, and no ConfigureAwait(false) on what another thread completes.",
            null);
        left.Set();
    }

    private static string Thread()
    {
        Thread current = System.Threading.Thread.CurrentThread;
        string id = current.ManagedThreadId.ToString(CultureInfo.InvariantCulture);
        return current.Name is { Length: > 0 } name ? $"{id} ({name})" : id;
    }

    /// <summary>Where work was started.</summary>
    internal sealed record Origin(ThreadGuard Guard, object Source, string Node, long Step)
    {
        public string Who => Source is ProcessBase process ? $"process {process.Self} on node {Node}" : $"the network code of node {Node}";
    }
}
