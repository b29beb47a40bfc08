namespace Mesos.Master.Registrar.Operations;

/// <summary>One change of the registry. Operations of a batch are performed in order, then stored together.</summary>
/// <remarks>Upstream: <c>RegistryOperation</c> in src/master/registrar.hpp.</remarks>
internal abstract class RegistryOperation
{
    /// <summary>Performs the change. Where it is refused, the registry is unchanged.</summary>
    public abstract OperationOutcome Perform(RegistryState registry);
}

/// <summary>What an operation did.</summary>
/// <param name="Mutated">Whether the registry has to be stored.</param>
/// <param name="Refusal">Why the operation does not apply, or null.</param>
internal readonly record struct OperationOutcome(bool Mutated, string? Refusal)
{
    public static OperationOutcome Changed => new(Mutated: true, Refusal: null);

    /// <summary>The registry says so already.</summary>
    public static OperationOutcome Unchanged => new(Mutated: false, Refusal: null);

    public static OperationOutcome Refused(string reason) => new(Mutated: false, reason);
}
