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
        string[] missing = [.. Directory.GetFiles(Docs, "*.md")
            .SelectMany(page => Named().Matches(File.ReadAllText(page)).Select(match => match.Groups[1].Value))
            .Where(name => !tests.Contains(name))
            .Distinct()];
        Assert.That(missing, Is.Empty);
    }

    // Two words with a dot between, the second a sentence.
    [GeneratedRegex(@"`(\w+Tests\.[A-Z]\w*_\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex(@"public (?:async )?(?:Task|void) ([A-Z]\w*_\w+)\(")]
    private static partial Regex Method();
}
