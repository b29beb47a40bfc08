using System.Text.RegularExpressions;

namespace Mesos.Master.Tests.Facts;

/// <summary>The page about the messages of a master and its table in the code against the messages of the original.</summary>
public sealed partial class MessageFactsTests
{
    private static readonly string[] OfOtherProcesses = ["PongSlaveMessage", "AuthenticationStartMessage", "AuthenticationStepMessage"];

    [Test]
    public void The_page_names_every_message_with_who_handles_it_and_a_test()
    {
        Dictionary<string, List<string[]>> sections = Sections();
        string[] told = Check(sections["What it is told"], "received");
        string[] said = Check(sections["What it says"], "sent");
        TestContext.Out.WriteLine($"{told.Length} messages a master is told, {said.Length} it says");
    }

    [Test]
    public void The_table_in_the_code_has_the_same_messages()
    {
        string[] installed = [.. Installed().Matches(Text("MasterProcess.Messages.cs")).Select(match => match.Groups[1].Value)];
        Assert.That(installed, Is.EquivalentTo(Facts("received").Except(OfOtherProcesses)));
    }

    private static string[] Check(List<string[]> rows, string direction)
    {
        string[] named = [.. rows.SelectMany(row => Code().Matches(row[0]).Select(match => match.Groups[1].Value)).Where(name => !name.Contains('(')).Distinct()];
        string[] facts = Facts(direction);
        Assert.That(named, Is.EquivalentTo(facts), direction);
        Assert.That(rows.Where(row => row.Length != 3 || row[1].Trim().Length == 0 || !TestName().IsMatch(row[2])).Select(row => row[0]), Is.Empty, "rows without a handler or a test");
        return facts;
    }

    private static string[] Facts(string direction) =>
        [.. FactTable.Read("messages.csv").Where(row => row["direction"] == direction).Select(row => row["message"])];

    private static Dictionary<string, List<string[]>> Sections()
    {
        var sections = new Dictionary<string, List<string[]>>(StringComparer.Ordinal);
        List<string[]> rows = [];
        foreach (string line in Text("master.md").Split('\n'))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                sections[line[3..].Trim()] = rows = [];
            }
            else if (line.StartsWith("| `", StringComparison.Ordinal))
            {
                rows.Add(line.Trim().Trim('|').Split(" | "));
            }
        }

        return sections;
    }

    private static string Text(string name)
    {
        using var reader = new StreamReader(typeof(MessageFactsTests).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"`\w+Tests\.[A-Z]\w*_\w+`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"\bOn(?:Proven)?<(\w{2,})>\(")]
    private static partial Regex Installed();
}
