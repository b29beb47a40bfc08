namespace Mesos.Proto.Tests;

/// <summary>One row of the wire table: a file, message, field, enum or enum value, and what the wire needs to know of it.</summary>
internal sealed record SchemaRow
{
    public required string Kind { get; init; }

    /// <summary>The name the file is imported by, such as <c>mesos/mesos.proto</c>.</summary>
    public required string File { get; init; }

    /// <summary>Package and enclosing messages; for a file, its package.</summary>
    public required string FullName { get; init; }

    public required string Name { get; init; }

    /// <summary>The columns that must agree, by the table's own column names.</summary>
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>What identifies the row: the same thing in the table and in the compiled descriptors has the same identity.</summary>
    public string Identity => Kind switch
    {
        "file" => $"file {Name}",
        "field" or "enum-value" => $"{Kind} {FullName}.{Name}",
        _ => $"{Kind} {FullName}",
    };

    /// <summary>Every way in which <paramref name="compiled"/> is not what this row of the table says, one line each.</summary>
    public IEnumerable<string> DifferencesFrom(SchemaRow compiled)
    {
        if (compiled.File != File)
        {
            yield return $"{Identity}: the table has it in {File}, compiled is it in {compiled.File}";
        }

        foreach (var (column, expected) in Facts)
        {
            if (compiled.Facts[column] != expected)
            {
                yield return $"{Identity}: {column} is '{compiled.Facts[column]}', the table says '{expected}'";
            }
        }
    }
}
