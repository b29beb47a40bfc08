using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>The repository speaks of the product, not of the place it was written in.</summary>
[TestFixture]
internal sealed class WordingTests
{
    // Character classes keep the patterns from matching themselves.
    private static readonly string[] Banned =
    [
        @"(?<![\w/])/w[o]rk/",
        @"(?<![\w/])/h[o]me/\w",
        @"(?<![\w/])/r[o]ot/",
        @"(?<![\w/])/U[s]ers/\w",
        @"[A-Z]:\\U[s]ers\\",
        @"\bcl[a]ude\b",
        @"\banthr[o]pic\b",
        @"\bco[p]ilot\b",
        @"\bchat-?g[p]t\b",
        @"\bsub-?[a]gents?\b",
        @"language m[o]del",
        @"\bH[O]USE\.md\b",
        @"\bsh[a]red/(design|style|facts|captures)\b",
    ];

    private static readonly Regex Pattern = new(string.Join('|', Banned), RegexOptions.IgnoreCase);

    [Test]
    public void No_file_names_the_machine_or_the_workplace()
    {
        var found = Repository.Files
            .Where(file => !file.IsBinary)
            .SelectMany(file => file.Lines.Select((line, index) => (file, line, index)))
            .Where(at => Pattern.IsMatch(at.line))
            .Select(at => $"{at.file}:{at.index + 1}: {Pattern.Match(at.line).Value}");
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void The_pattern_finds_what_it_is_for()
    {
        var path = "see " + Path.DirectorySeparatorChar + string.Join('/', "work", "x");
        Assert.That(Pattern.IsMatch(path.Replace('\\', '/')), Is.True);
        Assert.That(Pattern.IsMatch("/tmp/mesos/work/slaves"), Is.False);
    }
}
