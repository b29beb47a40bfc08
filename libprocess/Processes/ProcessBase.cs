using System.Runtime.CompilerServices;
using LibProcess.Addressing;
using LibProcess.Events;
using LibProcess.Randomness;
using LibProcess.Scheduling;
using Microsoft.Extensions.Logging;

namespace LibProcess.Processes;

/// <summary>
/// An actor: one mailbox, one event at a time. Derive from it, install handlers and routes in <see cref="Initialize"/>, and
/// give it to <see cref="ProcessManager.Spawn"/>.
/// </summary>
/// <remarks>
/// Upstream: <c>ProcessBase</c> and <c>ProtobufProcess</c> in 3rdparty/libprocess/include/process. Protected members are for
/// the process itself and are called only while one of its events is handled, unless they say otherwise. An await inside a
/// handler resumes in the process; between two awaits nothing else of the process runs, across them everything may.
/// </remarks>
public abstract partial class ProcessBase
{
    private readonly ProcessContext context;
    private CancellationTokenSource? terminated;

    /// <summary>Creates a process that will run on a node; it does nothing until spawned.</summary>
    /// <param name="manager">The node.</param>
    /// <param name="id">The id on the node; unique among living processes. See <see cref="ProcessManager.Ids"/> for fresh ones.</param>
    protected ProcessBase(ProcessManager manager, string id)
    {
        ArgumentNullException.ThrowIfNull(manager);
        ArgumentNullException.ThrowIfNull(id);
        Manager = manager;
        Self = new UPid(id, manager.Address) { Resolved = this };
        context = new ProcessContext(this);
    }

    /// <summary>The identity under which other processes reach this one. Any thread.</summary>
    public UPid Self { get; }

    /// <summary>The node of this process.</summary>
    protected internal ProcessManager Manager { get; }

    /// <summary>Time, real or virtual.</summary>
    protected TimeProvider Clock => Manager.Clock;

    /// <summary>Chance and fresh ids.</summary>
    protected RandomSource Random => Manager.Random;

    /// <summary>Cancelled when the process ends; give it to whatever the process awaits.</summary>
    protected CancellationToken Terminated =>
        ended ? new CancellationToken(canceled: true) : (terminated ??= new CancellationTokenSource()).Token;

    /// <summary>Whether the code that asks runs inside this process.</summary>
    protected internal bool OnProcess => ReferenceEquals(SynchronizationContext.Current, context);

    /// <summary>The first event: install handlers and routes here.</summary>
    protected virtual void Initialize()
    {
    }

    /// <summary>The last event, after which the process is gone from its node.</summary>
    /// <remarks>Upstream: <c>finalize()</c>.</remarks>
    protected virtual void OnTerminate()
    {
    }

    /// <summary>A linked process ended, or the connection to its node did; told once per link.</summary>
    protected virtual void Exited(UPid pid)
    {
    }

    /// <summary>
    /// Asks to be told through <see cref="Exited"/> when <paramref name="pid"/> ends. A process on this node that is already
    /// gone is reported at once; on other nodes only the connection is watched. Linking to <see cref="UPid.Empty"/> does nothing.
    /// </summary>
    protected void Link(UPid pid, LinkMode mode = LinkMode.Reuse) => Manager.Link(this, pid, mode);

    /// <summary>Asks this process to end. Any thread.</summary>
    /// <param name="inject">Whether events that already wait are dropped; otherwise they are handled first.</param>
    public void Terminate(bool inject = true) => EnqueueTerminate(Self, inject);

    /// <summary>
    /// Starts an asynchronous story of the process. An exception that leaves it is a fault of the process; cancellation by
    /// <see cref="Terminated"/> is not.
    /// </summary>
    protected void Run(Func<Task> story, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(story);
        Task task;
        try
        {
            task = story();
        }
        catch (Exception exception)
        {
            Fault(EventKind.Dispatch, name, exception);
            return;
        }

        Observe(task, EventKind.Dispatch, name);
    }

    /// <summary>A logger that names the process type as its category.</summary>
    protected ILogger<T> CreateLogger<T>() => new Logger<T>(Manager.LoggerFactory);

    /// <summary>Reports an exception without ending the process.</summary>
    internal void Fault(EventKind kind, string name, Exception exception) =>
        Manager.ReportFault(new Diagnostics.ProcessFault(Self.Id, kind, name, exception));

    private void Observe(Task task, EventKind kind, string name)
    {
        if (!task.IsCompletedSuccessfully)
        {
            _ = ObserveSlow(task, kind, name);
        }
    }

    private async Task ObserveSlow(Task task, EventKind kind, string name)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException) when (terminated is { IsCancellationRequested: true })
        {
            // The story ended with its process.
        }
        catch (Exception exception)
        {
            Fault(kind, name, exception);
        }
    }
}
