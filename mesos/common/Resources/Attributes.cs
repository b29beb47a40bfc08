using System.Diagnostics.CodeAnalysis;
using Mesos.Common.Values;
using Mesos.Proto;
using ValueType = Mesos.Proto.Value.Types.Type;

namespace Mesos.Common;

/// <summary>Attributes of agents as operators write them, <c>rack:r1;zone:a;level:10</c>, and the questions asked about them.</summary>
/// <remarks>Upstream: src/common/attributes.cpp.</remarks>
public static class Attributes
{
    /// <summary>Reads the text of the agent's <c>--attributes</c>: names and values, each a number, ranges or a text.</summary>
    /// <param name="text">The text; attributes are separated by semicolons or line ends.</param>
    /// <param name="attributes">The attributes in order when the answer is true. A name may occur several times.</param>
    /// <param name="error">What is wrong, when the answer is false.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out IReadOnlyList<Attribute>? attributes,
        [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        (attributes, error) = (null, null);
        List<Attribute> list = [];
        foreach (var token in ValueText.Tokens(text, [';', '\n']))
        {
            var colon = token.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || colon == token.Length - 1)
            {
                error = $"'{token}' is not an attribute: expected name:value";
                return false;
            }

            if (!TryParse(token[..colon], token[(colon + 1)..], out var attribute, out error))
            {
                return false;
            }

            list.Add(attribute);
        }

        attributes = list;
        return true;
    }

    /// <summary>Whether both hold the same attributes, in whatever order; an agent whose attributes changed must not come back as itself.</summary>
    public static bool AreEqual(IReadOnlyCollection<Attribute> left, IReadOnlyCollection<Attribute> right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.Count == right.Count
            && left.All(attribute => right.Any(other => AreEqual(attribute, other)))
            && right.All(attribute => left.Any(other => AreEqual(attribute, other)));
    }

    /// <summary>Whether name, type and value are the same.</summary>
    public static bool AreEqual(Attribute left, Attribute right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return left.Name == right.Name && left.Type == right.Type && left.Type switch
        {
            ValueType.Scalar => FixedPoint.FromDouble(left.Scalar?.Value ?? 0) == FixedPoint.FromDouble(right.Scalar?.Value ?? 0),
            ValueType.Ranges => ValueRanges.AreEqual(left.Ranges ?? new Value.Types.Ranges(), right.Ranges ?? new Value.Types.Ranges()),
            ValueType.Text => left.Text?.Value == right.Text?.Value,
            _ => ValueSets.AreEqual(left.Set ?? new Value.Types.Set(), right.Set ?? new Value.Types.Set()),
        };
    }

    /// <summary>The value as text, as logs and offer constraints see it.</summary>
    public static string FormatValue(Attribute attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        return attribute.Type switch
        {
            ValueType.Scalar => ValueText.FormatScalar(attribute.Scalar?.Value ?? 0),
            ValueType.Ranges => ValueRanges.Format(attribute.Ranges ?? new Value.Types.Ranges()),
            ValueType.Set => ValueSets.Format(attribute.Set ?? new Value.Types.Set()),
            _ => attribute.Text?.Value ?? "",
        };
    }

    private static bool TryParse(string name, string text, [NotNullWhen(true)] out Attribute? attribute, [NotNullWhen(false)] out string? error)
    {
        attribute = null;
        if (!ValueText.TryParse(text, out var value, out error))
        {
            error = $"The value of attribute '{name}' is not accepted: {error}";
            return false;
        }

        if (value.Type == ValueType.Set)
        {
            error = $"The value of attribute '{name}' is not accepted: attributes cannot be sets";
            return false;
        }

        attribute = new Attribute { Name = name, Type = value.Type, Scalar = value.Scalar, Ranges = value.Ranges, Text = value.Text };
        return true;
    }
}
