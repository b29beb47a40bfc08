using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Processes;
using Mesos.Common.Versions;
using Mesos.Master.Allocator;
using Mesos.Master.Leadership;
using Mesos.Master.Registrar;

namespace Mesos.Master;

/// <summary>A running master with its allocator and its registrar.</summary>
/// <remarks>Safe from any thread. A node carries one master at a time.</remarks>
public sealed class MasterDaemon : IAsyncDisposable
{
    private readonly ProcessManager manager;
    private readonly ProcessBase[] processes;
    private readonly Promise<bool> elected = new();
    private readonly Promise<bool> ended = new();

    private MasterDaemon(ProcessManager manager, MasterOptions options)
    {
        this.manager = manager;
        VersionProcess.EnsureOn(manager, options.Build);
        var allocator = new HierarchicalAllocatorProcess(manager, AllocatorOptions.From(options));
        var registrar = new RegistrarProcess(manager, new InMemoryRegistryStorage());
        Process = new MasterProcess(
            manager, options, allocator, registrar, new StandaloneContender(), () => elected.TrySet(true), Fail);

        // Each depends on those after it; the other way round they end.
        processes = [Process, allocator, registrar];
        foreach (ProcessBase process in processes.Reverse())
        {
            manager.Spawn(process);
        }

        allocator.Start(Process);
    }

    /// <summary>The master.</summary>
    public MasterProcess Process { get; }

    /// <summary>The address of the master: what agents and schedulers are given.</summary>
    public UPid Pid => Process.Self;

    /// <summary>
    /// Completes when the master leads: what agents and schedulers sent before was dropped, as they will send it again. Fails
    /// with <see cref="Completion"/>, and is canceled where the master is stopped before.
    /// </summary>
    public Task Elected => elected.Task;

    /// <summary>
    /// Completes when the master has been stopped, and fails when it cannot go on, for example because the registry cannot be
    /// written; the program should then end.
    /// </summary>
    public Task Completion => ended.Task;

    /// <summary>Starts a master on a node.</summary>
    /// <param name="manager">
    /// The node. Its <see cref="ProcessManagerOptions.Delegate"/> should be <see cref="MasterProcess.ProcessId"/>, so that
    /// operators find <c>/state</c> and the other routes at the root.
    /// </param>
    /// <param name="options">Everything else; null for the defaults.</param>
    /// <exception cref="InvalidOperationException">A master runs on the node already.</exception>
    public static MasterDaemon Start(ProcessManager manager, MasterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(manager);
        return new MasterDaemon(manager, options ?? new MasterOptions());
    }

    /// <summary>Stops the master, then what it depends on. Agents and frameworks see a broken connection when the node stops.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (ProcessBase process in processes)
        {
            process.Terminate(inject: false);
            await manager.WaitAsync(process).ConfigureAwait(false);
        }

        elected.TryCancel();
        ended.TrySet(true);
    }

    private void Fail(Exception exception)
    {
        elected.TryFail(exception);
        ended.TryFail(exception);
    }
}
