using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace LibProcess.Http;

/// <summary>Header fields in the order they were added; names are compared without regard to case.</summary>
public sealed class HttpHeaders : IEnumerable<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> fields = [];

    /// <summary>The number of fields.</summary>
    public int Count => fields.Count;

    /// <summary>The first value of a field, or null where there is none; setting replaces it in place or appends it.</summary>
    public string? this[string name]
    {
        get => TryGet(name, out string? value) ? value : null;
        set
        {
            ArgumentNullException.ThrowIfNull(name);
            ArgumentNullException.ThrowIfNull(value);
            int index = IndexOf(name);
            if (index >= 0)
            {
                fields[index] = new(fields[index].Key, value);
            }
            else
            {
                Add(name, value);
            }
        }
    }

    /// <summary>Appends a field, also where one of that name exists.</summary>
    public void Add(string name, string value) => fields.Add(new(name, value));

    /// <summary>Finds the first value of a field.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out string? value)
    {
        int index = IndexOf(name);
        value = index >= 0 ? fields[index].Value : null;
        return index >= 0;
    }

    /// <summary>Drops every field that comes again further down.</summary>
    internal void KeepLast()
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        int kept = fields.Count;
        for (int i = fields.Count - 1; i >= 0; i--)
        {
            if (seen.Add(fields[i].Key))
            {
                fields[--kept] = fields[i];
            }
        }

        fields.RemoveRange(0, kept);
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(string name) =>
        fields.FindIndex(field => string.Equals(field.Key, name, StringComparison.OrdinalIgnoreCase));
}
