using System.Text;

namespace Mesos.Proto.Tests;

/// <summary>Reads <c>wire-schema.csv</c>: the wire as the original's .proto files define it, a row for each thing they define.</summary>
internal static class WireTable
{
    private static readonly string[] Compared =
        ["syntax", "package", "number", "label", "type", "type_name", "default", "oneof", "packed", "deprecated"];

    public static IReadOnlyList<SchemaRow> Read()
    {
        using var stream = typeof(WireTable).Assembly.GetManifestResourceStream("wire-schema.csv")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var columns = Split(reader.ReadLine()!);
        var lines = new List<Dictionary<string, string>>();
        while (reader.ReadLine() is { } line)
        {
            var cells = Split(line);
            Assert.That(cells, Has.Count.EqualTo(columns.Count), $"row {lines.Count + 2} of wire-schema.csv");
            lines.Add(columns.Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second));
        }

        var imported = lines.Where(line => line["kind"] == "file").ToDictionary(line => line["file"], line => line["name"]);
        return lines.ConvertAll(line => new SchemaRow
        {
            Kind = line["kind"],
            File = imported[line["file"]],
            FullName = line["fq_name"],
            Name = line["name"],
            Facts = Compared.ToDictionary(column => column, column => line[column])
                .Concat(Flags(line)).ToDictionary(pair => pair.Key, pair => pair.Value),
        });
    }

    /// <summary>What the table keeps in its notes and the descriptors keep as options.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Flags(Dictionary<string, string> line)
    {
        var notes = line["notes"];
        yield return new("allow_alias", line["kind"] == "enum" && notes.Contains("allow_alias", StringComparison.Ordinal) ? "yes" : "");
        yield return new("map_entry", line["kind"] == "message" && notes == "synthetic map entry" ? "yes" : "");
    }

    private static List<string> Split(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        foreach (var c in line)
        {
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
