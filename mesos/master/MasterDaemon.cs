using LibProcess.Addressing;
using LibProcess.Futures;
using LibProcess.Processes;
using Mesos.Authentication.CramMd5;
using Mesos.Common.Versions;
using Mesos.Master.Allocator;
using Mesos.Master.Leadership;
using Mesos.Master.Registrar;
using Mesos.Master.Registrar.Storage;

namespace Mesos.Master;

/// <summary>A running master with its allocator and its registrar.</summary>
/// <remarks>Safe from any thread. A node carries one master at a time.</remarks>
public sealed class MasterDaemon : IAsyncDisposable
{
    private readonly ProcessManager manager;
    private readonly ProcessBase[] processes;
    private readonly CramMd5Authenticator authenticator;
    private readonly Promise<bool> elected = new();
    private readonly Promise<bool> ended = new();

    private MasterDaemon(ProcessManager manager, MasterOptions options, IRegistryStorage storage)
    {
        this.manager = manager;
        VersionProcess.EnsureOn(manager, options.Build);
        var allocator = new HierarchicalAllocatorProcess(manager, AllocatorOptions.From(options));
        var registrar = new RegistrarProcess(manager, storage, new RegistrarOptions(options.RegistryFetchTimeout, options.RegistryStoreTimeout));
        authenticator = new CramMd5Authenticator(manager, options.Credentials);
        Process = new MasterProcess(
            manager, options, allocator, registrar, authenticator, new StandaloneContender(), () => elected.TrySet(true), Fail);

        // Each depends on those after it; the other way round they end.
        processes = storage is ProcessBase ofStorage ? [Process, allocator, registrar, ofStorage] : [Process, allocator, registrar];
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
    /// <exception cref="IOException">The directory of the registry cannot be used, for example because another master uses it.</exception>
    public static MasterDaemon Start(ProcessManager manager, MasterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(manager);
        options ??= new MasterOptions();
        return Start(manager, options, MakeStorage(manager, options));
    }

    /// <summary>Starts a master with a registry of the caller's.</summary>
    internal static MasterDaemon Start(ProcessManager manager, MasterOptions options, IRegistryStorage storage) => new(manager, options, storage);

    /// <summary>Stops the master, then what it depends on. Agents and frameworks see a broken connection when the node stops.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (ProcessBase process in processes)
        {
            process.Terminate(inject: false);
            await manager.WaitAsync(process).ConfigureAwait(false);
        }

        await authenticator.DisposeAsync().ConfigureAwait(false);
        elected.TryCancel();
        ended.TrySet(true);
    }

    private static IRegistryStorage MakeStorage(ProcessManager manager, MasterOptions options)
    {
        if (options.Registry == RegistryKind.InMemory)
        {
            return new InMemoryRegistryStorage();
        }

        string directory = LocalRegistryStorage.DirectoryIn(
            options.WorkDirectory ?? throw new ArgumentException("A local registry needs a work directory", nameof(options)));
        return new LocalRegistryStorage(manager, new RegistryLog(new DiskRegistryDirectory(directory)));
    }

    private void Fail(Exception exception)
    {
        elected.TryFail(exception);
        ended.TryFail(exception);
    }
}
