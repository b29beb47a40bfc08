using Mesos.Common.Values;

namespace Mesos.Common.Tests.Values;

public sealed class IdRulesTests
{
    [TestCase("task-1")]
    [TestCase("...")]
    [TestCase("with blank and ümlaut")]
    public void Ordinary_ids_are_accepted(string id)
    {
        Assert.That(IdRules.Validate(id), Is.Null);
    }

    [TestCase("")]
    [TestCase(".")]
    [TestCase("..")]
    [TestCase("a/b")]
    [TestCase("a\\b")]
    [TestCase("a\nb")]
    [TestCase("a\u007f")]
    public void Ids_that_cannot_name_a_directory_are_refused(string id)
    {
        Assert.That(IdRules.Validate(id), Is.Not.Null);
    }

    [Test]
    public void Length_is_limited_to_255_bytes()
    {
        Assert.That(IdRules.Validate(new string('a', 255)), Is.Null);
        Assert.That(IdRules.Validate(new string('a', 256)), Is.Not.Null);
        Assert.That(IdRules.Validate(new string('ü', 128)), Is.Not.Null);
    }
}
