using Mesos.Master.Registrar.Operations;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Mesos.Master.Registrar;

/// <summary>The durable memory of the cluster. What an operation changes counts only after it is stored. Any thread.</summary>
/// <remarks>Upstream: src/master/registrar.hpp. After a failure every further call fails: the master must end.</remarks>
internal interface IRegistrar
{
    /// <summary>Reads the registry and enters this master as its writer. Once, before anything else.</summary>
    /// <returns>A copy of what the registry holds, resources in the older format.</returns>
    /// <exception cref="IOException">It cannot be read or written, took too long, or asks for more than this master can do.</exception>
    Task<Registry> RecoverAsync(MasterInfo master);

    /// <summary>Performs an operation and stores the result; operations that wait meanwhile are stored together.</summary>
    /// <returns>Null, or why the operation does not apply.</returns>
    /// <exception cref="IOException">The result could not be stored.</exception>
    Task<string?> ApplyAsync(RegistryOperation operation);
}
