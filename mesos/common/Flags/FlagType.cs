using System.Diagnostics.CodeAnalysis;

namespace Mesos.Common.Flags;

/// <summary>Turns the text of a flag into a value; on failure says what would have been accepted.</summary>
/// <param name="text">The text given, already read from its file where the operator wrote <c>file://</c>.</param>
/// <param name="value">The value when the answer is true.</param>
/// <param name="error">What is wrong or what is accepted, without a leading capital or a full stop, when the answer is false.</param>
/// <typeparam name="T">Type of the value.</typeparam>
public delegate bool FlagParser<T>(string text, [MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out string? error);

/// <summary>How the values of a flag are read and written.</summary>
/// <param name="Placeholder">What stands for the value in the help text, such as <c>DURATION</c>.</param>
/// <param name="Parse">Reads the text form.</param>
/// <param name="Format">Writes the text form shown by <c>/flags</c>.</param>
/// <typeparam name="T">Type of the values.</typeparam>
public sealed record FlagType<T>(string Placeholder, FlagParser<T> Parse, Func<T, string> Format)
{
    /// <summary>
    /// Whether a value <c>file:///path</c> stands for the content of that file. True for all flags but those whose value is itself a path.
    /// </summary>
    public bool ReadsFiles { get; init; } = true;

    /// <summary>Whether an absolute path may stand for the content of that file even without <c>file://</c>; it earns a warning.</summary>
    public bool ReadsBarePaths { get; init; }

    /// <summary>Whether values must not be repeated, neither in error messages nor by <c>/flags</c>, which shows the name of a file they came from.</summary>
    public bool IsSecret { get; init; }

    /// <summary>What of a value may be repeated in error messages, where a part of it is secret; null for all of it.</summary>
    public Func<string, string>? Redact { get; init; }

    /// <summary>Whether <c>/flags</c> shows <c>file:///path</c> as it was written, and not what the file holds.</summary>
    public bool ShowsFileName { get; init; }

    /// <summary>Whether the flag may be given without a value, and negated with <c>--no-</c>.</summary>
    internal bool IsBoolean { get; init; }
}
