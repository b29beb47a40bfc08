namespace Mesos.Master.Registrar.Storage;

/// <summary>A registry that ends with its program.</summary>
internal sealed class InMemoryRegistryStorage : IRegistryStorage
{
    private byte[] stored = [];

    public Task<ReadOnlyMemory<byte>> FetchAsync() => Task.FromResult<ReadOnlyMemory<byte>>(stored);

    public Task StoreAsync(byte[] registry)
    {
        stored = registry;
        return Task.CompletedTask;
    }
}
