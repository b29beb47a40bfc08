using System.Text.Json;
using System.Text.Unicode;

namespace Mesos.Slave.Containerizer;

/// <summary>The variables that executors and tasks ask for: whether they can be set, and to what.</summary>
/// <remarks>
/// Upstream: <c>validateEnvironment</c> and <c>validateSecret</c> in src/common/validation.cpp, <c>DefaultSecretResolver</c> in
/// src/secret/resolver.cpp, and the isolator <c>environment_secret</c>. Secrets that hold their value are resolved; there is no
/// resolver for references.
/// </remarks>
internal static class ExecutorVariables
{
    /// <summary>What is wrong with the variables that an operator sets for all executors: a clause, or null.</summary>
    public static string? Defect(JsonElement ofOperator)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (JsonProperty variable in ofOperator.EnumerateObject())
        {
            if (variable.Value.ValueKind != JsonValueKind.String)
            {
                return "every value must be a text";
            }

            if (!IsName(variable.Name) || variable.Value.GetString()!.Contains('\0', StringComparison.Ordinal))
            {
                return $"the variable '{variable.Name}' cannot be set: names are not empty and hold neither '=' nor NUL, values hold no NUL";
            }

            if (!names.Add(variable.Name))
            {
                return $"the variable '{variable.Name}' is there twice";
            }
        }

        return null;
    }

    /// <returns>What is wrong, as a sentence for the framework, or null.</returns>
    public static string? Defect(Proto.Environment? environment) =>
        environment?.Variables.Select(Defect).FirstOrDefault(static defect => defect is not null);

    /// <summary>The value of a variable without <see cref="Defect(Proto.Environment?)"/>.</summary>
    public static string ValueOf(Proto.Environment.Types.Variable variable) =>
        IsSecret(variable) ? variable.Secret.Value.Data.ToStringUtf8() : variable.Value;

    private static bool IsName(string name) => name.Length > 0 && !name.AsSpan().ContainsAny('=', '\0');

    private static bool IsSecret(Proto.Environment.Types.Variable variable) =>
        variable.Type == Proto.Environment.Types.Variable.Types.Type.Secret;

    private static string? Defect(Proto.Environment.Types.Variable variable)
    {
        string name = variable.Name;
        if (!IsName(name))
        {
            return $"Environment variable '{name}' cannot be set: names are not empty and hold neither '=' nor NUL";
        }

        if (variable.Type == Proto.Environment.Types.Variable.Types.Type.Unknown)
        {
            return "Environment variable of type 'UNKNOWN' is not allowed";
        }

        if (!IsSecret(variable))
        {
            return variable.Secret is not null ? $"Environment variable '{name}' of type 'VALUE' must not have a secret set"
                : !variable.HasValue ? $"Environment variable '{name}' of type 'VALUE' must have a value set"
                : variable.Value.Contains('\0', StringComparison.Ordinal) ? $"Environment variable '{name}' holds a NUL character"
                : null;
        }

        return variable.Secret is not { } secret ? $"Environment variable '{name}' of type 'SECRET' must have a secret set"
            : variable.HasValue ? $"Environment variable '{name}' of type 'SECRET' must not have a value set"
            : secret.Reference is not null ? $"The secret of environment variable '{name}' is a reference, which this agent cannot resolve"
            : secret.Value is not { } value ? $"The secret of environment variable '{name}' has no value"
            : !Utf8.IsValid(value.Data.Span) ? $"The secret of environment variable '{name}' is no UTF-8 text"
            : value.Data.Span.Contains((byte)0) ? $"The secret of environment variable '{name}' holds a NUL character"
            : null;
    }
}
