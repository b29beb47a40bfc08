namespace Mesos.Common;

/// <summary>One step of an operation on resources: what it takes, and what it puts in its place.</summary>
/// <param name="Consumed">What must be there and goes.</param>
/// <param name="Converted">What comes.</param>
/// <remarks>Upstream: <c>ResourceConversion</c> in include/mesos/resources.hpp.</remarks>
public sealed record ResourceConversion(Resources Consumed, Resources Converted)
{
    /// <summary>Judges the outcome: null accepts it, a sentence refuses it. None by default.</summary>
    public Func<Resources, string?>? Check { get; init; }

    /// <summary>Carries the step out.</summary>
    /// <param name="resources">What there is.</param>
    /// <param name="error">Why it cannot be done, or null.</param>
    /// <returns>What there is afterwards; <paramref name="resources"/> when there is an error.</returns>
    public Resources Apply(Resources resources, out string? error)
    {
        ArgumentNullException.ThrowIfNull(resources);
        if (!resources.Contains(Consumed))
        {
            error = $"{resources} does not contain {Consumed}";
            return resources;
        }

        var result = resources - Consumed + Converted;
        error = Check?.Invoke(result);
        return error is null ? result : resources;
    }
}
