using System.Text.Json;

namespace Mesos.Common.Flags;

/// <summary>The values of a program's flags after loading. Immutable for its users.</summary>
public sealed class FlagValues
{
    private readonly FlagTable table;
    private readonly Dictionary<Flag, (object? Value, FlagName Name, string? Shown)> given = [];
    private readonly List<string> warnings = [];

    internal FlagValues(FlagTable table, IReadOnlyList<string> arguments)
    {
        (this.table, Arguments) = (table, arguments);
    }

    /// <summary>What on the command line was not a flag, and everything after <c>--</c>.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>Sentences about deprecated flags in use, to be logged.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>Whether the user asked for the help text. Required flags may be missing then.</summary>
    public bool HelpRequested => Get(table.Help);

    internal IEnumerable<Flag> GivenFlags => given.Keys;

    /// <summary>The value of a flag: the one given, else its default.</summary>
    public T Get<T>(Flag<T> flag)
    {
        ArgumentNullException.ThrowIfNull(flag);
        return given.TryGetValue(flag, out var entry) ? (T)entry.Value! : flag.Default;
    }

    /// <summary>Whether the flag was given, on the command line or in the environment.</summary>
    public bool IsGiven(Flag flag) => given.ContainsKey(flag);

    /// <summary>
    /// Every flag that has a value, default or given, as text and in the order of the names; a flag given by an alias appears under it.
    /// </summary>
    public IEnumerable<KeyValuePair<string, string>> AsText() => table.Flags
        .Select(flag => KeyValuePair.Create(GivenName(flag)?.Text ?? flag.Name, given.GetValueOrDefault(flag).Shown ?? flag.Format(GetBoxed(flag))))
        .Where(pair => pair.Value is not null)
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)!;

    /// <summary>Writes the values as one JSON object of texts, as <c>/flags</c> shows them under <c>flags</c>.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        foreach (var (name, text) in AsText())
        {
            writer.WriteString(name, text);
        }

        writer.WriteEndObject();
    }

    /// <summary>The values as environment variables for a child process, each name in upper case behind <paramref name="prefix"/>.</summary>
    /// <remarks>Upstream: <c>FlagsBase::buildEnvironment</c>.</remarks>
    public IReadOnlyDictionary<string, string> ToEnvironment(string prefix) =>
        AsText().ToDictionary(pair => prefix + pair.Key.ToUpperInvariant(), pair => pair.Value, StringComparer.Ordinal);

    internal FlagName? GivenName(Flag flag) => given.TryGetValue(flag, out var entry) ? entry.Name : null;

    internal object? GetBoxed(Flag flag) => given.TryGetValue(flag, out var entry) ? entry.Value : flag.DefaultValue;

    internal void Set(Flag flag, object? value, FlagName name, string? shown) => given[flag] = (value, name, shown);

    internal void Warn(string sentence) => warnings.Add(sentence);
}
