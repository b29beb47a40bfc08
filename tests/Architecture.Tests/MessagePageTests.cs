using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>The tables of messages, in pages and in the code, against the messages that nodes of the original exchange.</summary>
[TestFixture]
internal sealed partial class MessagePageTests
{
    private static readonly Message[] Messages =
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "tests", "fixtures", "facts", "messages.tsv")).Skip(1)
            .Select(line => line.Split('\t'))
            .Select(cells => new Message(cells[0], cells[1], cells[2], cells[3], cells[4])),
    ];

    [TestCase("master.md", "What it is told", "What it says", "master")]
    [TestCase("slave.md", "What it is told", "What it says", "agent")]
    [TestCase("drivers.md", "What a scheduler's driver is told", "What a scheduler's driver says", "scheduler")]
    [TestCase("drivers.md", "What an executor's driver is told", "What an executor's driver says", "executor")]
    public void A_page_names_every_message_with_who_handles_it_and_a_test(string page, string told, string said, string role)
    {
        IReadOnlyDictionary<string, List<string[]>> sections = DocumentationTests.Tables(page);
        Check(sections[told], Messages.Where(message => message.Receiver == role && (message.Status != "stream" || role == "master")));
        Check(sections[said], Messages.Where(message => message.Sender == role));
    }

    [TestCase("master", "mesos/master/MasterProcess.Messages.cs")]
    [TestCase("agent", "mesos/slave/SlaveProcess.Messages.cs")]
    [TestCase("scheduler", "mesos/sched/SchedulerProcess.cs")]
    [TestCase("executor", "mesos/exec/ExecutorProcess.cs")]
    public void The_table_in_the_code_has_the_same_messages(string role, string path)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, path));
        string[] installed = [.. Installed().Matches(text).Select(match => match.Groups[1].Value)];
        Assert.That(installed, Is.EquivalentTo(Messages.Where(message => message.Receiver == role && message.Process.Length == 0 && message.Status != "stream").Select(message => message.Name).Distinct()));
    }

    private static void Check(List<string[]> rows, IEnumerable<Message> messages)
    {
        string[] named = [.. rows.SelectMany(row => Code().Matches(row[0]).Select(match => match.Groups[1].Value)).Where(name => !name.Contains('(')).Distinct()];
        Assert.That(named, Is.EquivalentTo(messages.Select(message => message.Name).Distinct()));
        Assert.That(rows.Where(row => row[^2].Trim().Length == 0 || !Sentence().IsMatch(row[^1])).Select(row => row[0]), Is.Empty, "rows without a handler or a test");
        Assert.That(rows.SelectMany(row => Code().Matches(row[^2])).Select(match => match.Groups[1].Value).Where(IsMissing), Is.Empty, "handlers that are not there");
    }

    private static bool IsMissing(string handler)
    {
        string[] parts = handler.Split('.');
        var declaration = new Regex($@"\b(class|record|struct|interface) {parts[0]}\b");
        string[] declaring = [.. Repository.ProductSources.Select(source => source.Text).Where(text => declaration.IsMatch(text))];
        return declaring.Length == 0 || (parts.Length > 1 && !declaring.Any(text => Regex.IsMatch(text, $@"\b{parts[1]}\(")));
    }

    private sealed record Message(string Name, string Sender, string Receiver, string Process, string Status);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"`(\w+Tests\.)?[A-Z]\w*_\w+`")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\b(?:Install|On|OnProven)<(\w{2,})>\(")]
    private static partial Regex Installed();
}
