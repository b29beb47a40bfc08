using Mesos.Common.Versions;

namespace Mesos.Common.Tests.Versions;

public sealed class SemanticVersionTests
{
    [TestCase("1.12.0", "1.12.0")]
    [TestCase("1", "1.0.0")]
    [TestCase("1.2", "1.2.0")]
    [TestCase("01.02.03", "1.2.3")]
    [TestCase("1.12.0-rc.1+build.5", "1.12.0-rc.1+build.5")]
    [TestCase("1.0.0+a-b", "1.0.0+a-b")]
    public void Parse_accepts_short_forms_and_labels(string text, string printed)
    {
        Assert.That(SemanticVersion.Parse(text).ToString(), Is.EqualTo(printed));
    }

    [TestCase("")]
    [TestCase("1.2.3.4")]
    [TestCase("a.b.c")]
    [TestCase("1.2.x")]
    [TestCase("-1.0.0")]
    [TestCase("1.0.0-")]
    [TestCase("1.0.0-a..b")]
    [TestCase("1.0.0+")]
    [TestCase("1.0.0-ä")]
    [TestCase("99999999999.0.0")]
    public void Parse_refuses_the_rest(string text)
    {
        Assert.That(SemanticVersion.TryParse(text, out _, out var error), Is.False);
        Assert.That(error, Does.Contain($"'{text}'"));
    }

    [Test]
    public void Order_is_that_of_the_specification()
    {
        string[] ascending =
        [
            "0.9.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",
            "1.0.0", "1.0.1", "1.2.0", "2.0.0",
        ];
        var versions = ascending.Select(SemanticVersion.Parse).ToList();
        for (var i = 1; i < versions.Count; i++)
        {
            Assert.That(versions[i - 1], Is.LessThan(versions[i]));
            Assert.That(versions[i] > versions[i - 1], Is.True);
        }
    }

    [Test]
    public void Build_labels_do_not_distinguish_versions()
    {
        Assert.That(SemanticVersion.Parse("1.0.0+a") == SemanticVersion.Parse("1.0.0+b"), Is.True);
        Assert.That(SemanticVersion.Parse("1.0.0+a") >= new SemanticVersion(1, 0, 0), Is.True);
    }
}
