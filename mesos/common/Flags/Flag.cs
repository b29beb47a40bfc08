namespace Mesos.Common.Flags;

/// <summary>A name a flag can be given under.</summary>
/// <param name="Text">The name without dashes, lower case.</param>
/// <param name="Deprecated">Whether using it earns a warning.</param>
public readonly record struct FlagName(string Text, bool Deprecated);

/// <summary>What is declared about one flag. A declaration does not change once its table has been loaded for the first time.</summary>
/// <remarks>Upstream: <c>flags::Flag</c> in stout/flags/flag.hpp.</remarks>
public abstract class Flag
{
    private protected Flag(FlagTable table, string name, string meaning, bool required)
    {
        (Table, Meaning, IsRequired) = (table, meaning, required);
        Names = [new FlagName(name, Deprecated: false)];
    }

    /// <summary>The name without dashes.</summary>
    public string Name => Names[0].Text;

    /// <summary>What the flag does, for the help text.</summary>
    public string Meaning { get; }

    /// <summary>The name and its aliases, the name first.</summary>
    public IReadOnlyList<FlagName> AllNames => Names;

    /// <summary>Whether the program refuses to start without it.</summary>
    public bool IsRequired { get; }

    /// <summary>The default as text; null when there is none.</summary>
    public abstract string? DefaultText { get; }

    /// <summary>Where the flag exists, such as <c>Linux</c>; null when everywhere.</summary>
    public string? Condition { get; private protected set; }

    internal FlagTable Table { get; }

    internal List<FlagName> Names { get; }

    internal bool IsAvailable { get; private protected set; } = true;

    internal string? UnbuiltReason { get; private protected set; }

    internal string? NoEffectReason { get; private protected set; }

    internal abstract string Placeholder { get; }

    internal abstract bool IsBoolean { get; }

    internal abstract bool ReadsFiles { get; }

    internal abstract bool ReadsBarePaths { get; }

    internal abstract bool IsSecret { get; }

    internal abstract bool ShowsFileName { get; }

    internal abstract object? DefaultValue { get; }

    /// <summary>Reads and validates a text; the error is a clause without the names of flag and value.</summary>
    internal abstract bool TryParse(string text, out object? value, out string? error);

    internal abstract string? Format(object? value);

    /// <summary>What of a given text may be repeated in messages.</summary>
    internal abstract string Redact(string text);

    /// <summary>Whether the program already does what the value asks for, though the flag has no effect.</summary>
    internal abstract bool IsAnyway(object? value);

    /// <summary>What the operator should know about a given value: a clause that follows the name of the flag.</summary>
    internal abstract IEnumerable<string> WarningsFor(object? value);
}

/// <summary>A flag whose values have type <typeparamref name="T"/>. The methods add to the declaration and return it.</summary>
/// <typeparam name="T">Type of the value; nullable where the flag may be absent.</typeparam>
public sealed class Flag<T> : Flag
{
    private readonly FlagType<T> type;
    private readonly T defaultValue;
    private readonly List<Func<T, string?>> checks = [];
    private readonly List<Func<T, string?>> warnings = [];
    private T[] anyway = [];

    internal Flag(FlagTable table, string name, FlagType<T> type, T defaultValue, string meaning, bool required)
        : base(table, name, meaning, required)
    {
        (this.type, this.defaultValue) = (type, defaultValue);
    }

    /// <summary>The value when the flag is not given.</summary>
    public T Default => defaultValue;

    /// <inheritdoc/>
    public override string? DefaultText => IsRequired ? null : Format(defaultValue);

    internal override string Placeholder => type.Placeholder;

    internal override bool IsBoolean => type.IsBoolean;

    internal override bool ReadsFiles => type.ReadsFiles;

    internal override bool ReadsBarePaths => type.ReadsBarePaths;

    internal override bool IsSecret => type.IsSecret;

    internal override bool ShowsFileName => type.ShowsFileName;

    internal override object? DefaultValue => defaultValue;

    /// <summary>Another accepted name.</summary>
    public Flag<T> Alias(string name) => WithName(new FlagName(name, Deprecated: false));

    /// <summary>Another accepted name whose use earns a warning.</summary>
    public Flag<T> DeprecatedAlias(string name) => WithName(new FlagName(name, Deprecated: true));

    /// <summary>Marks the flag itself as deprecated: giving it earns a warning.</summary>
    public Flag<T> Deprecated()
    {
        Names[0] = Names[0] with { Deprecated = true };
        return this;
    }

    /// <summary>Adds a rule for given values: null accepts, otherwise a clause saying what is expected.</summary>
    public Flag<T> Check(Func<T, string?> rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        checks.Add(rule);
        return this;
    }

    /// <summary>Accepts only the listed values.</summary>
    public Flag<T> OneOf(params T[] accepted)
    {
        var expected = "expected " + string.Join(" or ", accepted.Select(value => type.Format(value)));
        return Check(value => accepted.Contains(value) ? null : expected);
    }

    /// <summary>Says where the flag exists. Where it does not, giving it is refused with that condition.</summary>
    public Flag<T> OnlyWhen(bool available, string condition)
    {
        (IsAvailable, Condition) = (available, condition);
        return this;
    }

    /// <summary>Adds a rule for given values that are accepted with a warning: null says nothing, otherwise a clause that follows the name of the flag.</summary>
    public Flag<T> WarnWhen(Func<T, string?> rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        warnings.Add(rule);
        return this;
    }

    /// <summary>
    /// Marks a flag whose effect is not built: giving it any value but the default, and those <paramref name="alsoFine"/>, is refused.
    /// </summary>
    /// <param name="reason">What is not built.</param>
    /// <param name="alsoFine">Values that ask for what the program does anyway.</param>
    public Flag<T> NotBuilt(string reason, params T[] alsoFine)
    {
        (UnbuiltReason, anyway) = (reason, [defaultValue, .. alsoFine]);
        return this;
    }

    /// <summary>Marks a flag that is accepted for the sake of existing configurations and changes nothing: giving it earns a warning.</summary>
    /// <param name="reason">Why it changes nothing.</param>
    /// <param name="withoutWarning">Values that ask for what the program does anyway.</param>
    public Flag<T> NoEffect(string reason, params T[] withoutWarning)
    {
        (NoEffectReason, anyway) = (reason, withoutWarning);
        return this;
    }

    internal override bool TryParse(string text, out object? value, out string? error)
    {
        value = null;
        if (!type.Parse(text, out var parsed, out error))
        {
            return false;
        }

        foreach (var check in checks)
        {
            error = check(parsed);
            if (error is not null)
            {
                return false;
            }
        }

        value = parsed;
        return true;
    }

    internal override string? Format(object? value) => value is null ? null : type.Format((T)value);

    internal override string Redact(string text) => type.Redact is null ? text : type.Redact(text);

    internal override bool IsAnyway(object? value) => anyway.Any(known => Format(known) == Format(value));

    internal override IEnumerable<string> WarningsFor(object? value)
    {
        if (NoEffectReason is not null && !IsAnyway(value))
        {
            yield return $"has no effect: {NoEffectReason}";
        }

        foreach (var warning in warnings)
        {
            if (warning((T)value!) is { } clause)
            {
                yield return clause;
            }
        }
    }

    private Flag<T> WithName(FlagName name)
    {
        Table.Register(name.Text, this);
        Names.Add(name);
        return this;
    }
}
