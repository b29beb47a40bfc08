using System.Text;

namespace LibProcess.Metrics;

/// <summary>
/// The name of a metric. A plain path such as <c>master/tasks_running</c> is one; a name with labels is made from a template,
/// so that the same number has its place in <c>/metrics/snapshot</c>, where names are flat, and real labels everywhere else:
/// <c>MetricName.Of("allocator/roles/{role}/shares", ("role", "web"))</c> is <c>allocator/roles/web/shares</c> there and
/// <c>allocator_roles_shares{role="web"}</c> to Prometheus.
/// </summary>
public readonly struct MetricName : IEquatable<MetricName>
{
    private static readonly MetricLabel[] None = [];
    private readonly MetricLabel[]? labels;

    private MetricName(string path, string family, MetricLabel[] labels)
    {
        (Path, Family, this.labels) = (path, family, labels);
    }

    /// <summary>The key in the snapshot.</summary>
    public string Path { get; }

    /// <summary>The path without what the labels say: the same for all metrics that differ in labels only.</summary>
    public string Family { get; }

    /// <summary>The labels, in the order of the template.</summary>
    public IReadOnlyList<MetricLabel> Labels => labels ?? None;

    /// <summary>A path is a name without labels.</summary>
    public static implicit operator MetricName(string path) => FromString(path);

    /// <summary>Whether two names are the same.</summary>
    public static bool operator ==(MetricName left, MetricName right) => left.Equals(right);

    /// <summary>Whether two names differ.</summary>
    public static bool operator !=(MetricName left, MetricName right) => !left.Equals(right);

    /// <summary>A name without labels.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static MetricName FromString(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new MetricName(path, path, None);
    }

    /// <summary>A name with labels.</summary>
    /// <param name="template">A path in which components like <c>{role}</c> stand for the value of a label.</param>
    /// <param name="labels">
    /// A value for each of them. Names consist of letters, digits and <c>_</c>, begin with a letter, and are neither <c>name</c> nor
    /// <c>quantile</c>.
    /// </param>
    /// <exception cref="ArgumentException">A label is not in the template, or the other way round, or its name is not allowed.</exception>
    public static MetricName Of(string template, params ReadOnlySpan<(string Label, string Value)> labels)
    {
        ArgumentException.ThrowIfNullOrEmpty(template);
        var path = new StringBuilder(template.Length);
        var family = new StringBuilder(template.Length);
        var found = new List<MetricLabel>(labels.Length);
        foreach (string component in template.Split('/'))
        {
            string text = component;
            if (component is ['{', .. string label, '}'])
            {
                text = ValueOf(label, labels, template);
                found.Add(new MetricLabel(label, text));
            }
            else
            {
                Append(family, component);
            }

            Append(path, text);
        }

        if (found.Count != labels.Length)
        {
            throw new ArgumentException($"The template '{template}' has {found.Count} labels, but {labels.Length} were given", nameof(labels));
        }

        return new MetricName(path.ToString(), family.ToString(), [.. found]);
    }

    /// <inheritdoc/>
    public bool Equals(MetricName other) => Path == other.Path && Family == other.Family && Labels.SequenceEqual(other.Labels);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MetricName other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Path?.GetHashCode(StringComparison.Ordinal) ?? 0;

    /// <summary>The key in the snapshot.</summary>
    public override string ToString() => Path ?? string.Empty;

    /// <summary>The same name with an ending, as timers append their unit.</summary>
    internal MetricName With(string ending) => new(Path + ending, Family + ending, labels ?? None);

    private static string ValueOf(string label, ReadOnlySpan<(string Label, string Value)> labels, string template)
    {
        if (!IsAllowed(label))
        {
            throw new ArgumentException($"'{label}' in '{template}' cannot be the name of a label", nameof(template));
        }

        foreach ((string name, string value) in labels)
        {
            if (name == label)
            {
                return value;
            }
        }

        throw new ArgumentException($"The template '{template}' asks for the label '{label}', which was not given", nameof(labels));
    }

    private static bool IsAllowed(string label) =>
        label.Length > 0
        && char.IsAsciiLetter(label[0])
        && label.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_')
        && label is not ("name" or "quantile");

    private static void Append(StringBuilder path, string component)
    {
        if (path.Length > 0)
        {
            path.Append('/');
        }

        path.Append(component);
    }
}
