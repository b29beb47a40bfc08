using System.Diagnostics.CodeAnalysis;

namespace Mesos.Common.Flags;

/// <summary>Reads command line and environment into values.</summary>
/// <remarks>
/// Upstream: <c>FlagsBase::load</c>. One difference: the command line also wins over a variable that names the same flag by another of
/// its names, where the original reports a duplicate.
/// </remarks>
internal sealed class FlagLoader
{
    private const string FileScheme = "file://";
    private const string HiddenValue = "(not shown)";
    private const int LongestShown = 200;

    private readonly FlagTable table;
    private readonly FlagLoadOptions options;
    private readonly FlagValues values;

    private FlagLoader(FlagTable table, FlagLoadOptions options, IReadOnlyList<string> arguments)
    {
        (this.table, this.options) = (table, options);
        values = new FlagValues(table, arguments);
    }

    public static bool TryLoad(
        FlagTable table,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>> environment,
        FlagLoadOptions options,
        [NotNullWhen(true)] out FlagValues? values,
        [NotNullWhen(false)] out string? error)
    {
        var (given, rest) = SplitCommandLine(arguments);
        var loader = new FlagLoader(table, options, rest);
        error = loader.LoadAll(given, overridable: false)
            ?? loader.LoadAll(loader.FromEnvironment(environment), overridable: true)
            ?? loader.Validate();
        values = error is null ? loader.values : null;
        return error is null;
    }

    private static (List<GivenFlag> Flags, List<string> Others) SplitCommandLine(IEnumerable<string> arguments)
    {
        List<GivenFlag> flags = [];
        List<string> rest = [];
        var ended = false;
        foreach (var argument in arguments)
        {
            var text = argument.Trim();
            if (ended || !text.StartsWith("--", StringComparison.Ordinal))
            {
                rest.Add(argument);
            }
            else if (text == "--")
            {
                ended = true;
            }
            else
            {
                var equals = text.IndexOf('=', StringComparison.Ordinal);
                var name = (equals < 0 ? text[2..] : text[2..equals]).ToLowerInvariant();
                flags.Add(new GivenFlag(name, equals < 0 ? null : text[(equals + 1)..], "--" + name));
            }
        }

        return (flags, rest);
    }

    private IEnumerable<GivenFlag> FromEnvironment(IEnumerable<KeyValuePair<string, string>> environment)
    {
        if (table.EnvironmentPrefix is not { } prefix)
        {
            return [];
        }

        // Both MESOS_NAME and MESOS_name are read; variables of nobody here belong to somebody else.
        Dictionary<string, GivenFlag> found = new(StringComparer.Ordinal);
        foreach (var (key, value) in environment)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                var name = key[prefix.Length..].ToLowerInvariant();
                if (table.TryFind(WithoutNegation(name), out _))
                {
                    found[name] = new GivenFlag(name, value, key);
                }
            }
        }

        return found.Values.OrderBy(flag => flag.Name, StringComparer.Ordinal);
    }

    private string? LoadAll(IEnumerable<GivenFlag> given, bool overridable)
    {
        // What the command line decided stays decided.
        var decided = overridable ? values.GivenFlags.ToHashSet() : [];
        foreach (var flag in given)
        {
            var error = Load(flag, decided);
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private string? Load(GivenFlag given, HashSet<Flag> decided)
    {
        var name = WithoutNegation(given.Name);
        if (!table.TryFind(name, out var flag))
        {
            return options.AllowUnknown ? null : $"Unknown flag {given.Source}: run '{table.Program} --help' for those accepted";
        }

        if (decided.Contains(flag))
        {
            return null;
        }

        if (!options.AllowDuplicates && values.GivenName(flag) is { } earlier)
        {
            return $"Flag {given.Source} is given twice, the first time as --{earlier.Text}: give it once";
        }

        if (!flag.IsAvailable)
        {
            return $"Flag {given.Source} is not available here: it exists for {flag.Condition} only";
        }

        if (!TryTakeText(flag, given, name != given.Name, out var text, out var error))
        {
            return error;
        }

        return Set(flag, flag.Names.First(known => known.Text == name), given, text);
    }

    private static bool TryTakeText(
        Flag flag,
        GivenFlag given,
        bool negated,
        [NotNullWhen(true)] out string? text,
        [NotNullWhen(false)] out string? error)
    {
        (text, error) = (null, null);
        if (!flag.IsBoolean)
        {
            text = negated ? null : given.Value;
            error = negated
                ? $"Flag {given.Source} is not accepted: only switches can be negated, and --{flag.Name} takes a value"
                : text is null ? $"Flag {given.Source} needs a value: write {given.Source}={flag.Placeholder}" : null;
        }
        else if (string.IsNullOrEmpty(given.Value))
        {
            text = negated ? "false" : "true";
        }
        else
        {
            text = negated ? null : given.Value;
            error = negated ? $"Flag {given.Source} does not take a value, but '{given.Value}' was given" : null;
        }

        return error is null;
    }

    private string? Set(Flag flag, FlagName name, GivenFlag given, string text)
    {
        if (!TryReadFile(flag, given, ref text, out var error))
        {
            return error;
        }

        if (!flag.TryParse(text, out var value, out error))
        {
            return $"{ValueOf(flag, given)} is not accepted: {error}";
        }

        if (flag.UnbuiltReason is not null && !flag.IsAnyway(value))
        {
            return $"{ValueOf(flag, given)} asks for something that is not built: {flag.UnbuiltReason}";
        }

        bool isFromFile = text != given.Value;
        values.Set(flag, value, name, isFromFile && (flag.ShowsFileName || flag.IsSecret) ? given.Value : flag.IsSecret ? HiddenValue : null);
        foreach (var clause in flag.WarningsFor(value))
        {
            values.Warn($"Flag {given.Source} {clause}");
        }

        if (name.Deprecated)
        {
            values.Warn(
                name.Text == flag.Name
                    ? $"Flag {given.Source} is deprecated"
                    : $"Flag {given.Source} is deprecated: use --{flag.Name} instead");
        }

        return null;
    }

    /// <summary>Names value and flag on one line, however long the value is.</summary>
    private static string ValueOf(Flag flag, GivenFlag given)
    {
        if (flag.IsSecret)
        {
            return $"The value of flag {given.Source}";
        }

        var shown = string.Join(' ', flag.Redact(given.Value ?? "true").Split((char[])['\r', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries));
        return $"Value '{(shown.Length <= LongestShown ? shown : shown[..LongestShown] + "...")}' of flag {given.Source}";
    }

    private bool TryReadFile(Flag flag, GivenFlag given, ref string text, [NotNullWhen(false)] out string? error)
    {
        error = null;
        string path;
        if (!table.ReadsFiles)
        {
            return true;
        }

        if (flag.ReadsFiles && text.StartsWith(FileScheme, StringComparison.Ordinal))
        {
            path = text[FileScheme.Length..];
        }
        else if (flag.ReadsBarePaths && text.StartsWith('/'))
        {
            path = text;
            values.Warn($"Flag {given.Source} names a file without 'file://', which is deprecated: write {given.Source}=file://{text}");
        }
        else
        {
            return true;
        }

        try
        {
            text = options.ReadFile(path);
            return true;
        }
        catch (Exception exception)
        {
            error = $"File '{path}' of flag {given.Source} cannot be read: {exception.Message}";
            return false;
        }
    }

    private string? Validate()
    {
        // Somebody who asks for help or the version is not told about missing flags.
        if (values.Get(table.Help) || (table.TryFind("version", out var version) && values.GetBoxed(version) is true))
        {
            return null;
        }

        foreach (var flag in table.Flags)
        {
            if (flag.IsRequired && values.GivenName(flag) is null)
            {
                return $"Flag --{flag.Name} is required: {flag.Meaning}";
            }
        }

        return table.Checks.Select(check => check(values)).FirstOrDefault(error => error is not null);
    }

    private static string WithoutNegation(string name) => name.StartsWith("no-", StringComparison.Ordinal) ? name[3..] : name;

    /// <summary>A flag as it was written, and where: the option or the variable, for messages.</summary>
    private readonly record struct GivenFlag(string Name, string? Value, string Source);
}
