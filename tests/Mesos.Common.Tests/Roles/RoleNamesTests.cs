using Mesos.Common.Roles;

namespace Mesos.Common.Tests.Roles;

public sealed class RoleNamesTests
{
    [TestCase("*")]
    [TestCase("eng")]
    [TestCase("eng/web-1/x.y")]
    [TestCase("*a")]
    [TestCase("...")]
    public void Ordinary_names_are_accepted(string role)
    {
        Assert.That(RoleNames.Validate(role), Is.Null);
    }

    [TestCase("")]
    [TestCase("/a")]
    [TestCase("a/")]
    [TestCase("a//b")]
    [TestCase("a/./b")]
    [TestCase("..")]
    [TestCase("a/*")]
    [TestCase("-a")]
    [TestCase("a/-b")]
    [TestCase("a b")]
    [TestCase("a\tb")]
    [TestCase("a\u007f")]
    public void Other_names_are_refused(string role)
    {
        Assert.That(RoleNames.Validate(role), Is.Not.Null);
    }

    [TestCase("eng/web", "eng", true)]
    [TestCase("eng/web/a", "eng", true)]
    [TestCase("eng", "eng", false)]
    [TestCase("engineering", "eng", false)]
    [TestCase("eng", "eng/web", false)]
    public void Roles_nest_at_slashes(string role, string ancestor, bool expected)
    {
        Assert.That(RoleNames.IsStrictSubroleOf(role, ancestor), Is.EqualTo(expected));
    }

    [Test]
    public void Ancestors_come_nearest_first()
    {
        Assert.That(RoleNames.Ancestors("a/b/c"), Is.EqualTo(new[] { "a/b", "a" }));
        Assert.That(RoleNames.Ancestors("a"), Is.Empty);
    }

    [Test]
    public void Lists_are_comma_separated()
    {
        Assert.That(RoleNames.ParseList("a,b,,c"), Is.EqualTo(new[] { "a", "b", "c" }));
    }
}
