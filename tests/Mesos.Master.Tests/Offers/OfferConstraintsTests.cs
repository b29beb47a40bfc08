using Mesos.Master.Allocator;
using Mesos.Proto;
using Mesos.Proto.Scheduler;
using Group = Mesos.Proto.Scheduler.OfferConstraints.Types.RoleConstraints.Types.Group;
using Predicate = Mesos.Proto.Scheduler.AttributeConstraint.Types.Predicate;
using PseudoAttribute = Mesos.Proto.Scheduler.AttributeConstraint.Types.Selector.Types.PseudoattributeType;
using Selector = Mesos.Proto.Scheduler.AttributeConstraint.Types.Selector;

namespace Mesos.Master.Tests.Offers;

public sealed class OfferConstraintsTests
{
    private static readonly SlaveInfo Agent = new()
    {
        Hostname = "host-7.example",
        Attributes =
        {
            new Attribute { Name = "rack", Type = Value.Types.Type.Text, Text = new Value.Types.Text { Value = "r1" } },
            new Attribute { Name = "rack", Type = Value.Types.Type.Text, Text = new Value.Types.Text { Value = "r2" } },
            new Attribute { Name = "level", Type = Value.Types.Type.Scalar, Scalar = new Value.Types.Scalar { Value = 3 } },
        },
    };

    private static readonly Predicate Exists = new() { Exists = new Predicate.Types.Exists() };
    private static readonly Predicate NotExists = new() { NotExists = new Predicate.Types.NotExists() };

    private static IEnumerable<TestCaseData> Cases()
    {
        yield return Case("rack", Exists, true);
        yield return Case("rack", NotExists, false);
        yield return Case("none", Exists, false);
        yield return Case("none", NotExists, true);
        yield return Case("rack", TextEquals("r1"), true);
        yield return Case("rack", TextEquals("r2"), false, "the first of several counts");
        yield return Case("rack", TextNotEquals("r1"), false);
        yield return Case("none", TextNotEquals("r1"), true);
        yield return Case("none", TextEquals("r1"), false);
        yield return Case("level", TextEquals("x"), true, "what is no text passes");
        yield return Case("level", TextNotEquals("x"), true);
        yield return Case("level", Matches("x"), true);
        yield return Case("rack", Matches("r[0-9]"), true);
        yield return Case("rack", Matches("r"), false, "the whole value");
        yield return Case("rack", Matches("r1|r2"), true);
        yield return Case("rack", NotMatches("r[0-9]"), false);
        yield return Case("none", NotMatches("r"), true);
        yield return Case("none", Matches(".*"), false);

        static TestCaseData Case(string name, Predicate predicate, bool expected, string why = "") =>
            new TestCaseData(new Selector { AttributeName = name }, predicate, expected).SetArgDisplayNames(name, $"{predicate}", $"{expected}", why);
    }

    [TestCaseSource(nameof(Cases))]
    public void A_constraint_says_of_an_agent_whether_it_fits(Selector selector, Predicate predicate, bool expected)
    {
        OfferConstraintsFilter? filter = OfferConstraintsFilter.TryCreate(Of(Constraint(selector, predicate)), out string? error);
        Assert.That(error, Is.Null);
        Assert.That(filter!.Excludes("dev", Agent), Is.Not.EqualTo(expected));
        Assert.That(filter.Excludes("other", Agent), Is.False, "a role without constraints");
    }

    [Test]
    public void Host_region_and_zone_can_be_selected()
    {
        Assert.That(Fits(PseudoAttribute.Hostname, Matches(@"host-\d+\.example")), Is.True);
        Assert.That(Fits(PseudoAttribute.Region, Exists), Is.False);
        Assert.That(Fits(PseudoAttribute.Zone, NotExists), Is.True);
    }

    [Test]
    public void One_group_must_fit_with_all_its_constraints()
    {
        AttributeConstraint right = Constraint(new Selector { AttributeName = "rack" }, Exists);
        AttributeConstraint wrong = Constraint(new Selector { AttributeName = "rack" }, NotExists);
        Assert.That(OfferConstraintsFilter.TryCreate(Of([right, wrong], [right]), out _)!.Excludes("dev", Agent), Is.False);
        Assert.That(OfferConstraintsFilter.TryCreate(Of([right, wrong], [wrong]), out _)!.Excludes("dev", Agent), Is.True);
    }

    [Test]
    public void What_makes_no_sense_is_refused_with_the_texts_of_the_original()
    {
        var noGroups = new OfferConstraints();
        noGroups.RoleConstraints["dev"] = new OfferConstraints.Types.RoleConstraints();
        Assert.That(ErrorOf(noGroups), Is.EqualTo("'OfferConstraints::role_constraints' has an empty 'RoleConstraints::groups' for role dev"));
        Assert.That(
            ErrorOf(Of(Array.Empty<AttributeConstraint>())),
            Is.EqualTo("'OfferConstraints::RoleConstraints::groups' for role devcontains an empty RoleConstraints::Group"));
        Assert.That(
            ErrorOf(Of(Constraint(new Selector(), Exists))),
            Is.EqualTo("A role dev has an invalid 'AttributeConstraint': Exactly one of 'AttributeConstraint::Selector::name' or"
                + " 'AttributeConstraint::Selector::pseudoattribute_type' must be set"));
        Assert.That(
            ErrorOf(Of(Constraint(new Selector { PseudoattributeType = PseudoAttribute.Unknown }, Exists))),
            Does.EndWith("Unknown pseudoattribute type"));
        Assert.That(ErrorOf(Of(Constraint(new Selector { AttributeName = "rack" }, new Predicate()))), Does.EndWith("Unknown predicate type"));
    }

    [TestCase("(")]
    [TestCase(@"(a)\1")]
    [TestCase("(?=a)")]
    [TestCase("a)|(?:b")]
    public void Patterns_that_need_another_engine_are_refused(string pattern) =>
        Assert.That(ErrorOf(Of(Constraint(new Selector { AttributeName = "rack" }, Matches(pattern)))), Does.Contain("Failed to construct regex from pattern"));

    [Test]
    public void Patterns_that_are_too_long_are_refused() =>
        Assert.That(
            ErrorOf(Of(Constraint(new Selector { AttributeName = "rack" }, Matches(new string('a', OfferConstraintsFilter.MaxPatternLength + 1))))),
            Does.Contain("is too complex"));

    private static bool Fits(PseudoAttribute attribute, Predicate predicate) =>
        !OfferConstraintsFilter.TryCreate(Of(Constraint(new Selector { PseudoattributeType = attribute }, predicate)), out _)!.Excludes("dev", Agent);

    private static string? ErrorOf(OfferConstraints constraints)
    {
        Assert.That(OfferConstraintsFilter.TryCreate(constraints, out string? error), Is.Null);
        return error;
    }

    private static OfferConstraints Of(AttributeConstraint constraint) => Of([constraint]);

    private static OfferConstraints Of(params AttributeConstraint[][] groups)
    {
        var ofRole = new OfferConstraints.Types.RoleConstraints();
        ofRole.Groups.Add(groups.Select(group => new Group { AttributeConstraints = { group } }));
        var constraints = new OfferConstraints();
        constraints.RoleConstraints["dev"] = ofRole;
        return constraints;
    }

    private static AttributeConstraint Constraint(Selector selector, Predicate predicate) => new() { Selector = selector, Predicate = predicate };

    private static Predicate TextEquals(string value) => new() { TextEquals = new Predicate.Types.TextEquals { Value = value } };

    private static Predicate TextNotEquals(string value) => new() { TextNotEquals = new Predicate.Types.TextNotEquals { Value = value } };

    private static Predicate Matches(string regex) => new() { TextMatches = new Predicate.Types.TextMatches { Regex = regex } };

    private static Predicate NotMatches(string regex) => new() { TextNotMatches = new Predicate.Types.TextNotMatches { Regex = regex } };
}
