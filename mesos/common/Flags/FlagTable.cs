using System.Diagnostics.CodeAnalysis;

namespace Mesos.Common.Flags;

/// <summary>
/// The flags of one program, declared once; parsing, environment, help text and the answer of <c>/flags</c> all come from here.
/// Declare each flag as a static field so that the file reads like a table, then fill an options record from the loaded values.
/// </summary>
/// <example>
/// <code>
/// internal static class ToolFlags
/// {
///     public static readonly FlagTable Table = new("tool");
///     public static readonly Flag&lt;TimeSpan&gt; Timeout = Table.Duration("timeout", "15secs", "how long to wait for an answer");
///     public static readonly Flag&lt;string?&gt; Cluster = Table.OptionalText("cluster", "name shown in the web interface");
/// }
/// </code>
/// </example>
/// <remarks>
/// Upstream: <c>FlagsBase</c> in stout/flags/flags.hpp. Not thread safe while flags are declared; safe to load from any thread afterwards.
/// </remarks>
public sealed class FlagTable
{
    private readonly Dictionary<string, Flag> byName = new(StringComparer.Ordinal);
    private readonly List<Flag> flags = [];
    private readonly List<Func<FlagValues, string?>> checks = [];

    /// <summary>Creates a table that holds only <c>--help</c>.</summary>
    /// <param name="program">The command as users type it, such as <c>mesos master</c>.</param>
    /// <param name="environmentPrefix">
    /// What environment variables of these flags start with; null when the program does not read the environment.
    /// </param>
    /// <param name="usage">The first line of the help text; by default the program followed by <c>[options]</c>.</param>
    public FlagTable(string program, string? environmentPrefix = "MESOS_", string? usage = null)
    {
        (Program, EnvironmentPrefix) = (program, environmentPrefix);
        Usage = usage ?? $"Usage: {program} [options]";
        Help = Add("help", FlagTypes.Boolean, false, "print this text and quit");
    }

    /// <summary>The command as users type it.</summary>
    public string Program { get; }

    /// <summary>What environment variables of these flags start with; null when the environment is not read.</summary>
    public string? EnvironmentPrefix { get; }

    /// <summary>The first line of the help text.</summary>
    public string Usage { get; }

    /// <summary>
    /// Whether a value that begins with <c>file://</c> stands for what is in that file. False for a program whose flags come from somebody
    /// who may not read what the program may: such a value then is what it says.
    /// </summary>
    public bool ReadsFiles { get; init; } = true;

    /// <summary>The flag every program has.</summary>
    public Flag<bool> Help { get; }

    /// <summary>All flags in the order of their declaration, including those of included tables.</summary>
    public IReadOnlyList<Flag> Flags => flags;

    internal IReadOnlyList<Func<FlagValues, string?>> Checks => checks;

    /// <summary>Declares a flag with a default.</summary>
    public Flag<T> Add<T>(string name, FlagType<T> type, T defaultValue, string meaning) =>
        Add(new Flag<T>(this, name, type, defaultValue, meaning, required: false));

    /// <summary>Declares a flag without which the program refuses to start.</summary>
    public Flag<T> AddRequired<T>(string name, FlagType<T> type, string meaning)
        where T : notnull =>
        Add(new Flag<T>(this, name, type, default!, meaning, required: true));

    /// <summary>Takes over the flags and rules of another table, such as those every daemon shares. Call it after that table is complete.</summary>
    public FlagTable Include(FlagTable other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var flag in other.flags.Where(flag => flag != other.Help))
        {
            flags.Add(flag);
            foreach (var name in flag.Names)
            {
                Register(name.Text, flag);
            }
        }

        checks.AddRange(other.checks);
        return this;
    }

    /// <summary>Adds a rule about several flags: null accepts, otherwise a complete sentence saying what to change.</summary>
    public FlagTable Check(Func<FlagValues, string?> rule)
    {
        checks.Add(rule);
        return this;
    }

    /// <summary>Loads values: the environment first, then the command line, which wins.</summary>
    /// <param name="arguments">What follows the command, for example <c>--ip=10.1.2.3</c>.</param>
    /// <param name="environment">The process environment; variables that do not belong to a known flag are left alone.</param>
    /// <param name="values">The values when the answer is true.</param>
    /// <param name="error">One sentence that names flag, value and what is accepted, when the answer is false.</param>
    /// <param name="options">How to treat unknown flags and files; null for the daemons' way.</param>
    public bool TryLoad(
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>> environment,
        [NotNullWhen(true)] out FlagValues? values,
        [NotNullWhen(false)] out string? error,
        FlagLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(environment);
        return FlagLoader.TryLoad(this, arguments, environment, options ?? new FlagLoadOptions(), out values, out error);
    }

    /// <summary>The help text: usage, then every flag with its names, default, condition and meaning.</summary>
    public string HelpText() => FlagHelp.Write(this);

    internal void Register(string name, Flag flag)
    {
        if (name.StartsWith("no-", StringComparison.Ordinal) || !byName.TryAdd(name, flag))
        {
            throw new ArgumentException($"Flag name '{name}' is taken or reserved", nameof(name));
        }
    }

    internal bool TryFind(string name, [NotNullWhen(true)] out Flag? flag) => byName.TryGetValue(name, out flag);

    private Flag<T> Add<T>(Flag<T> flag)
    {
        Register(flag.Name, flag);
        flags.Add(flag);
        return flag;
    }
}
