using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using LibProcess.Addressing;
using LibProcess.Diagnostics;
using LibProcess.Events;
using LibProcess.Messages;
using LibProcess.Net;
using LibProcess.Randomness;
using LibProcess.Scheduling;
using LibProcess.Time;
using Microsoft.Extensions.Logging;

namespace LibProcess.Processes;

/// <summary>One node: its address, its processes, and everything they share. Any number of nodes live in one program.</summary>
/// <remarks>
/// Upstream: <c>ProcessManager</c> and <c>SocketManager</c> in 3rdparty/libprocess/src, which are one per program. Safe from
/// any thread.
/// </remarks>
public sealed partial class ProcessManager : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ProcessBase> processes = new(StringComparer.Ordinal);
    private readonly ILogger logger;
    private readonly ProcessManagerOptions options;
    private readonly WorkerThreadScheduler? workers;
    private volatile bool stopping;

    private ProcessManager(ProcessManagerOptions options)
    {
        if (options.LogLevels is { } levels)
        {
            options = options with { LoggerFactory = levels.Wrap(options.LoggerFactory) };
        }

        this.options = options;
        workers = options.WorkerThreads is { } threads ? new WorkerThreadScheduler(threads) : null;
        Scheduler = workers ?? options.Scheduler;
        Metrics = new Metrics.MetricsRegistry(options.Clock);
        logger = options.LoggerFactory.CreateLogger("LibProcess");
        Timers = new TimerQueue(options.Clock);
        Dropped = new DroppedMessages(Metrics, logger);
        Hosts = options.Hosts ?? new SystemHostResolver(options.Clock);
        Links = new LinkTable();
        MessageTypes = new MessageTypes(options.Messages);
    }

    /// <summary>The address in the UPIDs of this node's processes.</summary>
    public NetworkAddress Address { get; private set; }

    /// <summary>Whether the node is being disposed: its processes end one after the other, and no new one starts. Any thread.</summary>
    public bool IsStopping => stopping;

    /// <summary>Fresh process ids.</summary>
    public ProcessIds Ids { get; } = new();

    /// <summary>Time.</summary>
    public TimeProvider Clock => options.Clock;

    /// <summary>Chance and fresh UUIDs.</summary>
    public RandomSource Random => options.Random;

    /// <summary>Logs.</summary>
    public ILoggerFactory LoggerFactory => options.LoggerFactory;

    /// <summary>The metrics of this node, served at <c>/metrics/snapshot</c>.</summary>
    public Metrics.MetricsRegistry Metrics { get; }

    internal ProcessManagerOptions Options => options;

    internal TimerQueue Timers { get; }

    internal ProcessScheduler Scheduler { get; }

    internal IEventFilter? Filter => options.Filter;

    internal MessageTypes MessageTypes { get; }

    internal DroppedMessages Dropped { get; }

    internal LinkTable Links { get; }

    /// <summary>Looks host names up for this node.</summary>
    public IHostResolver Hosts { get; }

    /// <summary>The processes that run now, in no order.</summary>
    internal IEnumerable<ProcessBase> Processes => processes.Values;

    /// <summary>Binds the address, starts the builtin processes, and accepts connections.</summary>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    /// <exception cref="ProcessEnvironmentException">All addresses are bound, none is advertised, and the machine's name has none.</exception>
    public static ProcessManager Start(ProcessManagerOptions? options = null)
    {
        var manager = new ProcessManager(options ?? new ProcessManagerOptions());
        manager.Listen();
        manager.SpawnBuiltins();
        return manager;
    }

    /// <summary>Starts a process.</summary>
    /// <returns>Its identity.</returns>
    /// <exception cref="InvalidOperationException">The id is taken, the process was started before, or the node is stopping.</exception>
    public UPid Spawn(ProcessBase process)
    {
        ArgumentNullException.ThrowIfNull(process);
        if (!ReferenceEquals(process.Manager, this))
        {
            throw new InvalidOperationException($"The process '{process.Self.Id}' was made for another node");
        }

        if (stopping)
        {
            throw new InvalidOperationException($"The node is stopping; '{process.Self.Id}' cannot start");
        }

        if (!process.TryClaim())
        {
            throw new InvalidOperationException($"The process '{process.Self.Id}' was started before");
        }

        if (!processes.TryAdd(process.Self.Id, process))
        {
            process.Unclaim();
            throw new InvalidOperationException($"A process '{process.Self.Id}' runs already");
        }

        process.Start();
        return process.Self;
    }

    /// <summary>Asks a process of this node to end; others are not affected.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="inject">Whether events that already wait are dropped; otherwise they are handled first.</param>
    public void Terminate(UPid pid, bool inject = true)
    {
        if (TryFind(pid, out ProcessBase? process))
        {
            process.Terminate(inject);
        }
    }

    /// <summary>Completes when a process of this node has ended: at once if it does not run.</summary>
    public Task WaitAsync(UPid pid, CancellationToken cancellation = default) =>
        TryFind(pid, out ProcessBase? process) ? WaitAsync(process, cancellation) : Task.CompletedTask;

    /// <summary>Completes when a process has ended: at once if it does not run.</summary>
    public Task WaitAsync(ProcessBase process, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(process);
        return ReferenceEquals(process.Manager, this) ? process.WhenGoneAsync().WaitAsync(cancellation) : Task.CompletedTask;
    }

    /// <summary>Ends all processes one after the other, each after what already waits for it, and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopping)
        {
            return;
        }

        stopping = true;
        await StopListeningAsync();

        // Those started last usually depend on those started first.
        foreach (ProcessBase process in processes.Values.Reverse().ToArray())
        {
            process.Terminate(inject: false);
            await WaitAsync(process);
        }

        await StopSendingAsync();
        Timers.Dispose();
        workers?.Dispose();
    }

    internal bool TryFind(UPid pid, [NotNullWhen(true)] out ProcessBase? process)
    {
        process = pid.Resolved;
        if (process is not null && ReferenceEquals(process.Manager, this) && !process.HasEnded)
        {
            return true;
        }

        process = null;
        if (pid.Address != Address || !processes.TryGetValue(pid.Id, out process))
        {
            return false;
        }

        pid.Resolved = process;
        return true;
    }

    internal bool TryFind(string id, [NotNullWhen(true)] out ProcessBase? process) => processes.TryGetValue(id, out process);

    /// <summary>Called by a process in its last event.</summary>
    internal void Remove(ProcessBase process)
    {
        processes.TryRemove(new KeyValuePair<string, ProcessBase>(process.Self.Id, process));
        foreach (ProcessBase linker in Links.ProcessEnded(process))
        {
            linker.EnqueueExited(process.Self);
        }

        process.TellGone();
    }

    internal void ReportFault(ProcessFault fault)
    {
        faults.Increment();
        LogFault(fault.ProcessId, fault.Kind, fault.Event, fault.Exception);
        options.Faults?.OnFault(fault);
    }

    [LoggerMessage(1001, LogLevel.Error, "Process {Process} let an exception escape while it handled {Kind} {Event}; it lives on")]
    private partial void LogFault(string process, EventKind kind, string @event, Exception exception);
}
