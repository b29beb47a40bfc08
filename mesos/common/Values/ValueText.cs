using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mesos.Proto;
using Range = Mesos.Proto.Value.Types.Range;
using Type = Mesos.Proto.Value.Types.Type;

namespace Mesos.Common.Values;

/// <summary>
/// Values of resources and attributes as operators write them: <c>4.5</c>, <c>[31000-32000, 33000-33001]</c>, <c>{a, b}</c>, and any other
/// text as text.
/// </summary>
/// <remarks>Upstream: <c>internal::values::parse</c> in src/common/values.cpp. Blanks mean nothing anywhere in a value.</remarks>
public static class ValueText
{
    /// <summary>Reads a value; the kind follows from the spelling.</summary>
    /// <param name="text">What the operator wrote.</param>
    /// <param name="value">The value when the answer is true.</param>
    /// <param name="error">What is wrong, when the answer is false.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out Value? value, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        var compact = text.Replace(" ", "", StringComparison.Ordinal);
        (value, error) = (null, null);
        if (compact.Length == 0)
        {
            error = "the value is empty";
        }
        else if (!AreMatched(compact, '{', '}') || !AreMatched(compact, '[', ']') || !AreMatched(compact, '(', ')'))
        {
            error = $"the brackets of '{text}' do not match";
        }
        else if (compact[0] == '[')
        {
            value = ParseRanges(compact, out error);
        }
        else if (compact.Contains('[', StringComparison.Ordinal))
        {
            error = $"'[' is not expected inside '{text}'";
        }
        else if (compact[0] == '{')
        {
            value = new Value { Type = Type.Set, Set = new Value.Types.Set() };
            value.Set.Item.AddRange(Tokens(compact, ['{', '}', ',', '\n']));
        }
        else if (compact.Contains('{', StringComparison.Ordinal))
        {
            error = $"'{{' is not expected inside '{text}'";
        }
        else
        {
            value = ParseScalarOrText(compact, out error);
        }

        return error is null && value is not null;
    }

    /// <summary>A scalar as text, rounded to thousandths.</summary>
    public static string FormatScalar(double value) => NumberText.Format(FixedPoint.Round(value));

    internal static string[] Tokens(string text, char[] separators) => text.Split(separators, StringSplitOptions.RemoveEmptyEntries);

    private static Value? ParseRanges(string compact, out string? error)
    {
        var tokens = Tokens(compact, ['[', ']', '-', ',', '\n']);
        Value value = new() { Type = Type.Ranges, Ranges = new Value.Types.Ranges() };
        error = tokens.Length % 2 == 0 ? null : $"'{compact}' is not a list of ranges such as [1-5, 8-9]";
        for (var i = 0; error is null && i < tokens.Length; i += 2)
        {
            if (TryParseNumber(tokens[i], out var begin) && TryParseNumber(tokens[i + 1], out var end))
            {
                value.Ranges.Range.Add(new Range { Begin = begin, End = end });
            }
            else
            {
                error = $"'{tokens[i]}-{tokens[i + 1]}' is not a range of whole numbers";
            }
        }

        if (error is not null)
        {
            return null;
        }

        // An inverted range is the affair of the validation that follows; joining would lose it.
        if (value.Ranges.Range.All(range => range.Begin <= range.End))
        {
            value.Ranges = ValueRanges.Coalesce(value.Ranges);
        }

        return value;
    }

    private static Value? ParseScalarOrText(string compact, out string? error)
    {
        error = null;
        if (NumberText.TryParse(compact, out var number) && double.IsFinite(number) && number >= 0)
        {
            if (double.IsSubnormal(number))
            {
                error = $"'{compact}' is too small a number";
                return null;
            }

            return new Value { Type = Type.Scalar, Scalar = new Value.Types.Scalar { Value = number } };
        }

        return new Value { Type = Type.Text, Text = new Value.Types.Text { Value = compact } };
    }

    private static bool TryParseNumber(string text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool AreMatched(string text, char open, char close)
    {
        var depth = 0;
        foreach (var character in text)
        {
            depth += character == open ? 1 : character == close ? -1 : 0;
            if (depth < 0)
            {
                return false;
            }
        }

        return depth == 0;
    }
}
