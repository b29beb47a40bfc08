namespace Mesos.Proto.Tests;

/// <summary>The compiled messages are, field for field, the wire that the table records: nothing missing, extra or different.</summary>
public sealed class WireSchemaTests
{
    private Dictionary<string, SchemaRow> _table = [];
    private Dictionary<string, SchemaRow> _compiled = [];

    [OneTimeSetUp]
    public void Read()
    {
        _table = WireTable.Read().ToDictionary(row => row.Identity);
        _compiled = CompiledSchema.Read().ToDictionary(row => row.Identity);
    }

    [Test]
    public void Everything_in_the_table_is_compiled() =>
        None(_table.Values.Where(row => !_compiled.ContainsKey(row.Identity)).Select(row => $"{row.Identity}, of {row.File}, is not compiled"));

    [Test]
    public void Nothing_is_compiled_that_the_table_does_not_have() =>
        None(_compiled.Values.Where(row => !_table.ContainsKey(row.Identity)).Select(row => $"{row.Identity}, of {row.File}, is not in the table"));

    [Test]
    public void Everything_compiled_is_as_the_table_says() =>
        None(_table.Values.Where(row => _compiled.ContainsKey(row.Identity)).SelectMany(row => row.DifferencesFrom(_compiled[row.Identity])));

    [Test]
    public void The_comparison_covers_the_whole_table() => Assert.That(_table, Has.Count.GreaterThan(5_000));

    private static void None(IEnumerable<string> faults)
    {
        var lines = faults.ToList();
        Assert.That(lines, Is.Empty, $"{lines.Count} in all:\n{string.Join('\n', lines.Take(50))}");
    }
}
