using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mesos.Common.Versions;

/// <summary>
/// A version as agents and masters report it: <c>major[.minor[.patch]][-prerelease][+build]</c>. Missing numbers count as zero and
/// leading zeros are accepted; otherwise the rules of semver.org 2.0.0 apply. The build label plays no part in comparisons.
/// </summary>
/// <remarks>Upstream: <c>Version</c> in stout/version.hpp.</remarks>
public sealed class SemanticVersion : IComparable<SemanticVersion>, IEquatable<SemanticVersion>
{
    private const int MaxNumbers = 3;

    private readonly string[] prerelease;
    private readonly string[] build;

    private SemanticVersion(uint major, uint minor, uint patch, string[] prerelease, string[] build)
    {
        (Major, Minor, Patch) = (major, minor, patch);
        (this.prerelease, this.build) = (prerelease, build);
    }

    /// <summary>Creates a released version.</summary>
    public SemanticVersion(uint major, uint minor, uint patch)
        : this(major, minor, patch, [], [])
    {
    }

    /// <summary>First number.</summary>
    public uint Major { get; }

    /// <summary>Second number.</summary>
    public uint Minor { get; }

    /// <summary>Third number.</summary>
    public uint Patch { get; }

    /// <summary>The dot-separated parts after the hyphen; empty for a release.</summary>
    public IReadOnlyList<string> Prerelease => prerelease;

    /// <summary>The dot-separated parts after the plus sign.</summary>
    public IReadOnlyList<string> Build => build;

    /// <summary>Reads a version.</summary>
    /// <param name="text">The text a peer reported.</param>
    /// <param name="version">The version when the answer is true.</param>
    /// <param name="error">What is wrong, when the answer is false.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out SemanticVersion? version,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        version = null;
        var (withoutBuild, buildText) = SplitAt(text, '+');
        var (numbersText, prereleaseText) = SplitAt(withoutBuild, '-');
        if (!TryParseLabel(buildText, out var buildLabel) || !TryParseLabel(prereleaseText, out var prereleaseLabel))
        {
            error = $"'{text}' is not a version: labels are letters, digits and hyphens in parts separated by dots";
            return false;
        }

        var parts = numbersText.Split('.');
        Span<uint> numbers = stackalloc uint[MaxNumbers];
        numbers.Clear();
        for (var i = 0; i < parts.Length; i++)
        {
            if (i >= MaxNumbers || !TryParseNumber(parts[i], out numbers[i]))
            {
                error = $"'{text}' is not a version: expected up to three numbers separated by dots";
                return false;
            }
        }

        version = new SemanticVersion(numbers[0], numbers[1], numbers[2], prereleaseLabel, buildLabel);
        error = null;
        return true;
    }

    /// <summary>Reads a version that is known to be well formed, such as a constant.</summary>
    /// <exception cref="FormatException">The text is not a version.</exception>
    public static SemanticVersion Parse(string text) =>
        TryParse(text, out var version, out var error) ? version : throw new FormatException(error);

    /// <summary>Orders by precedence: numbers first, a prerelease before its release, the build label ignored.</summary>
    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var byNumbers = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (byNumbers != 0)
        {
            return byNumbers;
        }

        if (prerelease.Length == 0 || other.prerelease.Length == 0)
        {
            return other.prerelease.Length.CompareTo(prerelease.Length);
        }

        for (var i = 0; i < Math.Min(prerelease.Length, other.prerelease.Length); i++)
        {
            var byPart = ComparePart(prerelease[i], other.prerelease[i]);
            if (byPart != 0)
            {
                return byPart;
            }
        }

        return prerelease.Length.CompareTo(other.prerelease.Length);
    }

    /// <inheritdoc/>
    public bool Equals(SemanticVersion? other) =>
        other is not null
        && (Major, Minor, Patch) == (other.Major, other.Minor, other.Patch)
        && prerelease.AsSpan().SequenceEqual(other.prerelease);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SemanticVersion);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Major, Minor, Patch, prerelease.Length);

    /// <summary>The complete text form, always with three numbers.</summary>
    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");
        text = prerelease.Length == 0 ? text : text + "-" + string.Join('.', prerelease);
        return build.Length == 0 ? text : text + "+" + string.Join('.', build);
    }

    /// <summary>Whether the two are the same version, build labels aside.</summary>
    public static bool operator ==(SemanticVersion? left, SemanticVersion? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether the two are different versions, build labels aside.</summary>
    public static bool operator !=(SemanticVersion? left, SemanticVersion? right) => !(left == right);

    /// <summary>Whether the left version comes before the right one.</summary>
    public static bool operator <(SemanticVersion? left, SemanticVersion? right) => Compare(left, right) < 0;

    /// <summary>Whether the left version comes after the right one.</summary>
    public static bool operator >(SemanticVersion? left, SemanticVersion? right) => Compare(left, right) > 0;

    /// <summary>Whether the left version does not come after the right one.</summary>
    public static bool operator <=(SemanticVersion? left, SemanticVersion? right) => Compare(left, right) <= 0;

    /// <summary>Whether the left version does not come before the right one.</summary>
    public static bool operator >=(SemanticVersion? left, SemanticVersion? right) => Compare(left, right) >= 0;

    private static int Compare(SemanticVersion? left, SemanticVersion? right) =>
        left is null ? (right is null ? 0 : -1) : left.CompareTo(right);

    private static int ComparePart(string left, string right)
    {
        var leftIsNumber = TryParseNumber(left, out var leftNumber);
        var rightIsNumber = TryParseNumber(right, out var rightNumber);
        return (leftIsNumber, rightIsNumber) switch
        {
            (true, true) => leftNumber.CompareTo(rightNumber),
            (true, false) => -1,
            (false, true) => 1,
            _ => string.CompareOrdinal(left, right),
        };
    }

    private static (string Before, string? After) SplitAt(string text, char separator)
    {
        var index = text.IndexOf(separator, StringComparison.Ordinal);
        return index < 0 ? (text, null) : (text[..index], text[(index + 1)..]);
    }

    private static bool TryParseLabel(string? text, out string[] parts)
    {
        parts = text?.Split('.') ?? [];
        return Array.TrueForAll(parts, part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
    }

    private static bool TryParseNumber(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
