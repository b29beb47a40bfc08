using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Mesos.Common.Values;
using Mesos.Proto;
using ValueType = Mesos.Proto.Value.Types.Type;

namespace Mesos.Common;

/// <summary>
/// Amounts by name and nothing else: what quotas, weights and fair shares count in. A value that never changes; names are in ordinal
/// order, zero amounts are absent. Reserved, allocated and shared resources count like any others; of sets and ranges the members count.
/// </summary>
/// <remarks>Upstream: src/common/resource_quantities.cpp. Safe to use from any thread.</remarks>
[SuppressMessage("Naming", "CA1710", Justification = "The name everybody in the field knows it by.")]
public sealed class ResourceQuantities : IReadOnlyCollection<KeyValuePair<string, double>>, IEquatable<ResourceQuantities>
{
    private readonly (string Name, long Thousandths)[] amounts;

    private ResourceQuantities((string Name, long Thousandths)[] amounts)
    {
        this.amounts = amounts;
    }

    /// <summary>Nothing.</summary>
    public static ResourceQuantities Empty { get; } = new([]);

    /// <summary>How many names there are.</summary>
    public int Count => amounts.Length;

    /// <summary>Whether there is nothing.</summary>
    public bool IsEmpty => amounts.Length == 0;

    /// <summary>The amount of a name; zero when it is absent.</summary>
    public double this[string name] => FixedPoint.ToDouble(Find(name));

    /// <summary>Counts resources.</summary>
    public static ResourceQuantities From(IEnumerable<Resource> resources)
    {
        ArgumentNullException.ThrowIfNull(resources);
        SortedDictionary<string, long> totals = new(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            var amount = resource.Type switch
            {
                ValueType.Scalar => resource.Scalar?.Value ?? 0,
                ValueType.Ranges => resource.Ranges is null ? 0 : ValueRanges.Count(resource.Ranges),
                ValueType.Set => resource.Set?.Item.Count ?? 0,
                _ => 0,
            };
            totals[resource.Name] = totals.GetValueOrDefault(resource.Name) + FixedPoint.FromDouble(amount);
        }

        return Of(totals);
    }

    /// <summary>Reads amounts from a map field of a message, such as the guarantees of a quota.</summary>
    public static ResourceQuantities From(IEnumerable<KeyValuePair<string, Value.Types.Scalar>> amounts)
    {
        ArgumentNullException.ThrowIfNull(amounts);
        SortedDictionary<string, long> totals = new(StringComparer.Ordinal);
        foreach (var (name, scalar) in amounts)
        {
            totals[name] = FixedPoint.FromDouble(scalar.Value);
        }

        return Of(totals);
    }

    /// <summary>Reads a text such as <c>cpus:0.01;mem:32</c>; the values are numbers.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ResourceQuantities? quantities, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        (quantities, error) = (null, null);
        SortedDictionary<string, long> totals = new(StringComparer.Ordinal);
        foreach (var token in ValueText.Tokens(text, [';']))
        {
            var pair = ValueText.Tokens(token, [':']);
            if (pair.Length != 2 || !ValueText.TryParse(pair[1], out var value, out _) || value.Type != ValueType.Scalar)
            {
                error = $"'{token}' is not a quantity: expected name:number";
                return false;
            }

            var name = pair[0].Trim();
            totals[name] = totals.GetValueOrDefault(name) + FixedPoint.FromDouble(value.Scalar.Value);
        }

        quantities = Of(totals);
        return true;
    }

    /// <summary>The sum.</summary>
    public static ResourceQuantities operator +(ResourceQuantities left, ResourceQuantities right) => Combine(left, right, 1);

    /// <summary>The difference; what would become negative is absent.</summary>
    public static ResourceQuantities operator -(ResourceQuantities left, ResourceQuantities right) => Combine(left, right, -1);

    /// <summary>Whether both hold the same amounts.</summary>
    public static bool operator ==(ResourceQuantities? left, ResourceQuantities? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether the two differ.</summary>
    public static bool operator !=(ResourceQuantities? left, ResourceQuantities? right) => !(left == right);

    /// <summary>The sum; the named form of <c>+</c>.</summary>
    public static ResourceQuantities Add(ResourceQuantities left, ResourceQuantities right) => left + right;

    /// <summary>The difference; the named form of <c>-</c>.</summary>
    public static ResourceQuantities Subtract(ResourceQuantities left, ResourceQuantities right) => left - right;

    /// <summary>Whether there is at least as much here of everything in <paramref name="other"/>.</summary>
    public bool Contains(ResourceQuantities other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var (name, thousandths) in other.amounts)
        {
            if (Find(name) < thousandths)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Equals(ResourceQuantities? other) => other is not null && amounts.AsSpan().SequenceEqual(other.amounts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ResourceQuantities);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (var amount in amounts)
        {
            hash.Add(amount);
        }

        return hash.ToHashCode();
    }

    /// <summary>The text form, such as <c>cpus:4; mem:512</c>.</summary>
    public override string ToString() =>
        IsEmpty ? "{}" : string.Join("; ", amounts.Select(amount => $"{amount.Name}:{NumberText.Format(FixedPoint.ToDouble(amount.Thousandths))}"));

    /// <summary>Names and amounts in ordinal order of the names.</summary>
    public IEnumerator<KeyValuePair<string, double>> GetEnumerator()
    {
        foreach (var (name, thousandths) in amounts)
        {
            yield return KeyValuePair.Create(name, FixedPoint.ToDouble(thousandths));
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static ResourceQuantities Of(SortedDictionary<string, long> totals)
    {
        var kept = totals.Where(pair => pair.Value > 0).Select(pair => (pair.Key, pair.Value)).ToArray();
        return kept.Length == 0 ? Empty : new ResourceQuantities(kept);
    }

    private static ResourceQuantities Combine(ResourceQuantities left, ResourceQuantities right, int sign)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        if (right.IsEmpty)
        {
            return left;
        }

        // Both are sorted, so one pass merges them.
        List<(string, long)> result = new(left.Count + right.Count);
        var (i, j) = (0, 0);
        while (i < left.Count || j < right.Count)
        {
            var order = i == left.Count ? 1 : j == right.Count ? -1 : string.CompareOrdinal(left.amounts[i].Name, right.amounts[j].Name);
            var name = order <= 0 ? left.amounts[i].Name : right.amounts[j].Name;
            var total = (order <= 0 ? left.amounts[i++].Thousandths : 0) + (order >= 0 ? sign * right.amounts[j++].Thousandths : 0);
            if (total > 0)
            {
                result.Add((name, total));
            }
        }

        return result.Count == 0 ? Empty : new ResourceQuantities([.. result]);
    }

    private long Find(string name)
    {
        foreach (var amount in amounts)
        {
            if (amount.Name == name)
            {
                return amount.Thousandths;
            }
        }

        return 0;
    }
}
