using Mesos.Proto;

namespace Mesos.Master.Registrar;

/// <summary>The durable memory of the cluster. What an operation changes counts only after it is stored. Any thread.</summary>
/// <remarks>Upstream: src/master/registrar.hpp.</remarks>
internal interface IRegistrar
{
    /// <summary>Reads the registry and enters this master as its writer. Once, before anything else.</summary>
    Task<RegistryState> RecoverAsync(MasterInfo master);

    /// <summary>Performs an operation and stores the result; operations that wait meanwhile are stored together.</summary>
    /// <returns>Null, or why the operation does not apply.</returns>
    Task<string?> ApplyAsync(RegistryOperation operation);
}

/// <summary>Where the registry is kept.</summary>
internal interface IRegistryStorage
{
    /// <summary>What was stored last.</summary>
    Task<RegistryState> FetchAsync();

    /// <summary>Stores a registry durably.</summary>
    /// <exception cref="IOException">The registry could not be stored; the master must not go on as if it were.</exception>
    Task StoreAsync(RegistryState registry);
}

/// <summary>A registry that ends with its master.</summary>
internal sealed class InMemoryRegistryStorage : IRegistryStorage
{
    public Task<RegistryState> FetchAsync() => Task.FromResult(new RegistryState());

    public Task StoreAsync(RegistryState registry) => Task.CompletedTask;
}
