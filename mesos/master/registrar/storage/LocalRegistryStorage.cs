using LibProcess.Processes;
using Microsoft.Extensions.Logging;

namespace Mesos.Master.Registrar.Storage;

/// <summary>A registry on the disk of this machine. An actor of its own, because disks make wait: the registrar can give up on it.</summary>
internal sealed partial class LocalRegistryStorage(ProcessManager manager, RegistryLog log)
    : ProcessBase(manager, manager.Ids.Generate("registry-storage")), IRegistryStorage
{
    private readonly ILogger logger = new Logger<LocalRegistryStorage>(manager.LoggerFactory);

    /// <summary>The directory of the registry below a work directory.</summary>
    public static string DirectoryIn(string workDirectory) => Path.Combine(workDirectory, "registry");

    public Task<ReadOnlyMemory<byte>> FetchAsync() => CallAsync(() =>
    {
        RecoveredRegistry recovered = log.Open();
        if (recovered.TornBytes > 0)
        {
            LogTorn(recovered.TornBytes);
        }

        return recovered.Registry;
    });

    public Task StoreAsync(byte[] registry) => CallAsync(() => log.Store(registry));

    protected override void OnTerminate() => log.Dispose();

    [LoggerMessage(2010, LogLevel.Warning, "Left out {Bytes} bytes at the end of the registry: a store that was interrupted before anything relied on it")]
    private partial void LogTorn(int bytes);
}
