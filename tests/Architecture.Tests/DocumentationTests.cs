using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>What the pages under <c>docs/</c> say about the sources.</summary>
[TestFixture]
internal sealed partial class DocumentationTests
{
    private static readonly string Docs = Path.Combine(Repository.Root, "docs");

    [Test]
    public void Every_test_that_a_page_names_exists()
    {
        HashSet<string> tests = [.. Repository.Sources
            .Where(file => file.IsUnder("tests"))
            .SelectMany(file => Method().Matches(file.Text).Select(match => $"{Path.GetFileNameWithoutExtension(file.Name).Split('.')[0]}.{match.Groups[1].Value}"))];
        HashSet<string> classes = [.. Repository.Sources.Where(file => file.IsUnder("tests")).Select(file => Path.GetFileNameWithoutExtension(file.Name).Split('.')[0])];
        string[] missing = [.. Directory.GetFiles(Docs, "*.md")
            .SelectMany(page => Named(File.ReadAllText(page)).Select(name => (Page: Path.GetFileName(page), Name: name)))
            .Where(named => !(named.Name.Contains('.') ? tests : classes).Contains(named.Name))
            .Select(named => $"{named.Page}: {named.Name}")
            .Distinct()];
        Assert.That(missing, Is.Empty);
    }

    /// <summary>The rows of the tables of a page by their section, without heads; a row is its cells.</summary>
    internal static IReadOnlyDictionary<string, List<string[]>> Tables(string page)
    {
        var sections = new Dictionary<string, List<string[]>>(StringComparer.Ordinal);
        List<string[]> rows = [];
        foreach (string line in File.ReadLines(Path.Combine(Docs, page)))
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

    // A test is named as `SomeTests.A_sentence`, or as SomeTests: `A_sentence`, `Another_sentence`; a class also alone.
    private static IEnumerable<string> Named(string text)
    {
        string? current = null;
        foreach (Match match in Mention().Matches(text))
        {
            if (match.Groups["class"].Success)
            {
                current = match.Groups["class"].Value;
            }

            yield return match.Groups["test"].Success ? $"{current}.{match.Groups["test"].Value}" : match.Groups["class"].Value;
        }
    }

    [GeneratedRegex(@"\b(?<class>\w+Tests)\b(?:\.(?<test>[A-Z]\w*_\w+))?|`(?<test>[A-Z][a-z]*_\w*[a-z]\w*)`")]
    private static partial Regex Mention();

    [GeneratedRegex(@"public (?:async )?(?:Task|void) ([A-Z]\w*_\w+)\(")]
    private static partial Regex Method();
}
