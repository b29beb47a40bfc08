using System.Collections;

namespace Mesos.Launcher.Containerizer;

/// <summary>The environment of a program that is launched.</summary>
internal static class ProgramEnvironment
{
    /// <param name="own">The environment of the launching program.</param>
    /// <param name="prefix">What the names of those begin with that are meant for the program; null where all are.</param>
    public static IReadOnlyDictionary<string, string> Of(IDictionary own, string? prefix)
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in own)
        {
            if (entry.Key is not string name || entry.Value is not string value)
            {
                continue;
            }

            if (prefix is null)
            {
                variables[name] = value;
            }
            else if (name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal))
            {
                variables[name[prefix.Length..]] = value;
            }
        }

        return variables;
    }
}
