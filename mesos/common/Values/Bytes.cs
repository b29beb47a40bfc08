using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mesos.Common.Values;

/// <summary>An amount of storage in bytes, with the text form operators write: <c>4KB</c>, <c>2GB</c>. Units are powers of 1024.</summary>
/// <param name="Value">The number of bytes.</param>
/// <remarks>Upstream: <c>Bytes</c> in stout/bytes.hpp.</remarks>
public readonly record struct Bytes(ulong Value) : IComparable<Bytes>
{
    private static readonly (string Name, ulong Bytes)[] Units =
    [
        ("TB", 1UL << 40),
        ("GB", 1UL << 30),
        ("MB", 1UL << 20),
        ("KB", 1UL << 10),
        ("B", 1UL),
    ];

    /// <summary>So many units of 1024 bytes.</summary>
    public static Bytes Kilobytes(ulong value) => new(checked(value * (1UL << 10)));

    /// <summary>So many units of 1024² bytes, the unit of the <c>mem</c> and <c>disk</c> resources.</summary>
    public static Bytes Megabytes(ulong value) => new(checked(value * (1UL << 20)));

    /// <summary>So many units of 1024³ bytes.</summary>
    public static Bytes Gigabytes(ulong value) => new(checked(value * (1UL << 30)));

    /// <summary>The amount in whole units of 1024² bytes, rounded down.</summary>
    public ulong WholeMegabytes => Value >> 20;

    /// <summary>Reads <c>&lt;integer&gt;&lt;unit&gt;</c>; the unit (B, KB, MB, GB, TB in either case) is mandatory, fractions are not accepted.</summary>
    /// <param name="text">The text, for example <c>512MB</c>.</param>
    /// <param name="bytes">The amount when the answer is true.</param>
    /// <param name="error">What is wrong and what is accepted, when the answer is false.</param>
    public static bool TryParse(string text, out Bytes bytes, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        bytes = default;
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        if (!ulong.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            error = $"'{text}' is not an amount of bytes: expected a whole number and a unit, such as '64MB'";
            return false;
        }

        var unit = text.AsSpan(digits);
        if (unit.StartsWith("."))
        {
            error = $"'{text}' is not an amount of bytes: fractions are not accepted, use a smaller unit";
            return false;
        }

        foreach (var (name, factor) in Units)
        {
            if (unit.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                if (number > ulong.MaxValue / factor)
                {
                    error = $"'{text}' is too large an amount of bytes";
                    return false;
                }

                bytes = new Bytes(number * factor);
                error = null;
                return true;
            }
        }

        error = unit.IsEmpty
            ? $"'{text}' is not an amount of bytes: the unit is missing, expected one of B, KB, MB, GB, TB"
            : $"'{text}' is not an amount of bytes: unknown unit '{unit}', expected one of B, KB, MB, GB, TB";
        return false;
    }

    /// <summary>Reads an amount that is known to be well formed, such as a constant.</summary>
    /// <exception cref="FormatException">The text is not an amount of bytes.</exception>
    public static Bytes Parse(string text) =>
        TryParse(text, out var bytes, out var error) ? bytes : throw new FormatException(error);

    /// <summary>The text form: in the largest unit that gives a whole number.</summary>
    public override string ToString()
    {
        if (Value == 0)
        {
            return "0B";
        }

        var index = 0;
        while (Value % Units[index].Bytes != 0)
        {
            index++;
        }

        return (Value / Units[index].Bytes).ToString(CultureInfo.InvariantCulture) + Units[index].Name;
    }

    /// <inheritdoc/>
    public int CompareTo(Bytes other) => Value.CompareTo(other.Value);

    /// <summary>Whether the left amount is smaller.</summary>
    public static bool operator <(Bytes left, Bytes right) => left.Value < right.Value;

    /// <summary>Whether the left amount is larger.</summary>
    public static bool operator >(Bytes left, Bytes right) => left.Value > right.Value;

    /// <summary>Whether the left amount is not larger.</summary>
    public static bool operator <=(Bytes left, Bytes right) => left.Value <= right.Value;

    /// <summary>Whether the left amount is not smaller.</summary>
    public static bool operator >=(Bytes left, Bytes right) => left.Value >= right.Value;
}
