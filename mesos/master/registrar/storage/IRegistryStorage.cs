namespace Mesos.Master.Registrar.Storage;

/// <summary>Where the registry is kept. One call at a time.</summary>
internal interface IRegistryStorage
{
    /// <summary>What was stored last; empty where nothing was ever stored. Once, before the first store.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    Task<ReadOnlyMemory<byte>> FetchAsync();

    /// <summary>Stores a registry durably.</summary>
    /// <exception cref="IOException">The registry could not be stored; the master must not go on as if it were.</exception>
    Task StoreAsync(byte[] registry);
}
