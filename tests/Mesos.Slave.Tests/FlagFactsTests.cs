using Flag = Mesos.Common.Flags.Flag;
using FlagName = Mesos.Common.Flags.FlagName;

namespace Mesos.Slave.Tests;

/// <summary>Every flag of the original's agent is declared under its names, with its type and default, or the difference is named here.</summary>
[TestFixture]
internal sealed class FlagFactsTests
{
    private static readonly Dictionary<string, string> OtherDefault = new(StringComparer.Ordinal)
    {
        ["launcher"] = "posix, for the launcher of the original for root, linux, is not built",
        ["launcher_dir"] = "the directory of the program, wherever that was put",
    };

    private static readonly Dictionary<string, string> DeclaredByTheProgram = new(StringComparer.Ordinal)
    {
        ["version"] = "all commands of the program have it",
    };

    private static readonly IReadOnlyDictionary<string, Flag> Declared = SlaveFlags.Table.Flags.ToDictionary(flag => flag.Name, StringComparer.Ordinal);

    private static readonly IReadOnlyList<Row> Rows =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "facts", "agent-flags.tsv")).Skip(1)
            .Select(line => line.Split('\t'))
            .Select(fields => new Row(fields[0], fields[1], fields[2], fields[3]))
            .Where(row => !DeclaredByTheProgram.ContainsKey(row.Name)),
    ];

    [Test]
    public void All_flags_of_the_original_are_declared_and_no_others()
    {
        Assert.That(Rows, Has.Count.EqualTo(159));
        Assert.That(Rows.Select(row => row.Name).Where(name => !Declared.ContainsKey(name)), Is.Empty, "missing");
        Assert.That(Declared.Keys.Except(Rows.Select(row => row.Name)), Is.EqualTo(new[] { "help" }), "the original has no such flag");
    }

    [Test]
    public void Defaults_are_those_of_the_original()
    {
        foreach (Row row in Rows)
        {
            Assert.That((Declared[row.Name].DefaultText ?? "") == row.Default, Is.Not.EqualTo(OtherDefault.ContainsKey(row.Name)), row.Name);
        }
    }

    [Test]
    public void Types_are_those_of_the_original()
    {
        string help = SlaveFlags.Table.HelpText();
        Assert.That(Rows.Where(row => !Forms(row).Any(form => help.Contains(form, StringComparison.Ordinal))), Is.Empty);
    }

    [Test]
    public void Older_names_are_accepted_with_a_warning()
    {
        foreach (Row row in Rows.Where(row => row.Alias.Length > 0))
        {
            Assert.That(Declared[row.Name].AllNames, Has.Member(new FlagName(row.Alias, Deprecated: true)), row.Name);
        }
    }

    /// <summary>How the help text may show a flag of this type.</summary>
    private static string[] Forms(Row row)
    {
        string name = row.Name;
        return row.Type.Replace("Option<", "", StringComparison.Ordinal).TrimEnd('>') switch
        {
            "bool" => [$"--[no-]{name} ", $"--[no-]{name}\n"],
            "Duration" => [$"--{name}=DURATION"],
            "Bytes" => [$"--{name}=BYTES"],
            "double" => [$"--{name}=NUMBER"],
            "uint16_t" or "size_t" => [$"--{name}=NUMBER"],
            "Path" => [$"--{name}=PATH"],
            "string" => [$"--{name}=TEXT", $"--{name}=PATH", $"--{name}=ADDRESS", $"--{name}=NUMBER"],
            "flags::SecurePathOrValue" or "vector<unsigned int" => [$"--{name}=TEXT"],
            _ => [$"--{name}=JSON"],
        };
    }

    private sealed record Row(string Name, string Type, string Default, string Alias);
}
