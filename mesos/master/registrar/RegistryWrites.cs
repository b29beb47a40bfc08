using Mesos.Master.Registrar.Operations;

namespace Mesos.Master.Registrar;

/// <summary>What became of a change of the registry.</summary>
/// <param name="Applied">Whether it is stored, or was not needed.</param>
/// <param name="Refusal">Why the registry refused it; null also where the store failed and the master ends.</param>
internal readonly record struct RegistryAnswer(bool Applied, string? Refusal);

/// <summary>The way every part of the master writes to the registry: where a store fails, the master ends.</summary>
internal static class RegistryWrites
{
    /// <param name="registrar">The registry.</param>
    /// <param name="context">The master.</param>
    /// <param name="operation">The change.</param>
    /// <param name="what">What is being done, for the last words of the master: <c>admit an agent</c>.</param>
    public static async Task<RegistryAnswer> WriteAsync(this IRegistrar registrar, IMasterContext context, RegistryOperation operation, string what)
    {
        try
        {
            string? refusal = await registrar.ApplyAsync(operation);
            return new RegistryAnswer(refusal is null, refusal);
        }
        catch (IOException exception)
        {
            context.Fail(what, exception);
            return default;
        }
    }
}
