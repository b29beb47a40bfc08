using System.Globalization;
using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>A log line can be found by its number: unique, and from the range of its part.</summary>
[TestFixture]
internal sealed class LoggingTests
{
    private static readonly (string Folder, int First)[] Ranges =
    [
        ("libprocess", 1000),
        ("libprocess.testing", 1000),
        ("mesos/master", 2000),
        ("mesos/slave", 3000),
        ("mesos/sched", 4000),
        ("mesos/scheduler", 4000),
        ("mesos/exec", 5000),
        ("mesos/executor", 5000),
        ("mesos/launcher", 5000),
        ("mesos/cli", 7000),
        ("mesos/local", 7000),
        ("mesos/examples", 7000),
        ("mesos", 6000),
    ];

    [Test]
    public void Event_ids_are_unique()
    {
        var twice = Events().GroupBy(found => found.Id).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(found => found.Where))}");
        Assert.That(twice, Is.Empty);
    }

    [Test]
    public void Event_ids_come_from_the_range_of_their_part()
    {
        var wrong = Events()
            .Select(found => (found.Where, found.Id, First: Ranges.First(range => found.File.IsUnder(range.Folder)).First))
            .Where(found => found.Id < found.First || found.Id >= found.First + 1000);
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Only_generated_methods_write_logs()
    {
        var direct = Repository.ProductSources
            .SelectMany(file => file.Lines.Select((line, index) => (file, line, index)))
            .Where(at => Regex.IsMatch(at.line, @"\.Log(Trace|Debug|Information|Warning|Error|Critical)\("))
            .Select(at => $"{at.file}:{at.index + 1}");
        Assert.That(direct, Is.Empty);
    }

    [Test]
    public void Only_the_executable_writes_to_the_console()
    {
        var wrong = Repository.ProductSources
            .Where(file => !file.IsUnder("mesos/cli") && !file.IsUnder("mesos/examples"))
            .Where(file => file.Lines.Any(line => Regex.IsMatch(line, @"\bConsole\.(Write|Out|Error|Read|In\b)")));
        Assert.That(wrong, Is.Empty);
    }

    private static IEnumerable<(int Id, string Where, SourceFile File)> Events() =>
        from file in Repository.ProductSources
        from match in Regex.Matches(file.Text, @"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?(\d+)")
        let line = file.Text.AsSpan(0, match.Index).Count('\n') + 1
        select (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), $"{file}:{line}", file);
}
