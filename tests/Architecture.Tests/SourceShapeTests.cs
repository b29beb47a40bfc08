using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>A file is one idea, and fits on a few screens.</summary>
[TestFixture]
internal sealed class SourceShapeTests
{
    private const int LongestFile = 600;

    // The wiring of an actor may be told in several files; more than this is a class that should be several.
    private const int MostFilesPerType = 6;

    [Test]
    public void No_file_is_longer_than_600_lines()
    {
        var tooLong = Repository.Sources
            .Where(file => file.Lines.Count > LongestFile && !IsTable(file))
            .Select(file => $"{file}: {file.Lines.Count} lines");
        Assert.That(tooLong, Is.Empty);
    }

    [Test]
    public void No_class_is_spread_over_many_files()
    {
        var spread = Repository.ProductSources
            .SelectMany(file => Types(file).Distinct().Select(type => (Type: type, File: file)))
            .GroupBy(pair => pair.Type)
            .Where(group => group.Count() > MostFilesPerType)
            .Select(group => $"{group.Key}: {group.Count()} files");
        Assert.That(spread, Is.Empty);
    }

    [Test]
    public void Nothing_is_named_for_being_left_over()
    {
        var leftOvers = Repository.Sources.Where(file => Regex.IsMatch(file.Path, "(Utils?|Helpers?|Misc|Stuff)(/|\\.cs$)"));
        Assert.That(leftOvers, Is.Empty);
    }

    [Test]
    public void Product_code_holds_no_reminders_and_no_holes()
    {
        var marks = Repository.ProductSources
            .SelectMany(file => file.Lines.Select((line, index) => (file, line, index)))
            .Where(at => Regex.IsMatch(at.line, @"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedException"))
            .Select(at => $"{at.file}:{at.index + 1}");
        Assert.That(marks, Is.Empty);
    }

    /// <summary>A file of nothing but rows, such as the declarations of flags, may be as long as there are rows.</summary>
    private static bool IsTable(SourceFile file) => Regex.IsMatch(file.Name, "(Flags|Table|Metrics)\\.cs$");

    private static IEnumerable<string> Types(SourceFile file)
    {
        var space = file.Lines.Select(line => Regex.Match(line, @"^namespace ([\w.]+)")).FirstOrDefault(match => match.Success)?.Groups[1].Value;
        return file.Lines
            .Select(line => Regex.Match(line, @"^(?:public |internal |static |sealed |abstract |readonly )*partial (?:class|struct|record struct|record|interface) (\w+)"))
            .Where(match => match.Success)
            .Select(match => $"{space}.{match.Groups[1].Value}");
    }
}
