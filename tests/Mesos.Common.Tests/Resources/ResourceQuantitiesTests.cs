using Mesos.Proto;

namespace Mesos.Common.Tests.Bags;

public sealed class ResourceQuantitiesTests
{
    [TestCase("cpus:0.01;mem:32", "cpus:0.01; mem:32")]
    [TestCase(" mem : 32 ; cpus : 1 ; cpus:1", "cpus:2; mem:32")]
    [TestCase("cpus:0", "{}")]
    [TestCase("", "{}")]
    public void Text_is_read(string text, string printed)
    {
        Assert.That(Parse(text).ToString(), Is.EqualTo(printed));
    }

    [TestCase("cpus")]
    [TestCase("cpus:a")]
    [TestCase("cpus:-1")]
    [TestCase("cpus:[1-2]")]
    public void Text_that_is_not_well_formed_is_refused(string text)
    {
        Assert.That(ResourceQuantities.TryParse(text, out _, out var error), Is.False);
        Assert.That(error, Does.Contain(text));
    }

    [Test]
    public void Amounts_add_and_subtract_by_name_and_never_become_negative()
    {
        var sum = Parse("cpus:1;mem:10") + Parse("disk:5;mem:0.5");
        Assert.That(sum.ToString(), Is.EqualTo("cpus:1; disk:5; mem:10.5"));
        Assert.That((sum - Parse("cpus:2;mem:0.5")).ToString(), Is.EqualTo("disk:5; mem:10"));
        Assert.That((Parse("cpus:1") - Parse("cpus:1;mem:1")).IsEmpty, Is.True);
    }

    [TestCase("cpus:1;mem:1", "cpus:1", true)]
    [TestCase("cpus:1", "cpus:1;mem:1", false)]
    [TestCase("cpus:1", "cpus:1.001", false)]
    [TestCase("cpus:1", "", true)]
    public void Contains_compares_name_by_name(string left, string right, bool expected)
    {
        Assert.That(Parse(left).Contains(Parse(right)), Is.EqualTo(expected));
    }

    [Test]
    public void Resources_are_counted_whatever_their_role_and_kind()
    {
        var resources = Resources.Parse("cpus:1;cpus(web):2;ports:[1-10];disks:{a,b}").Allocate("web");
        Assert.That(ResourceQuantities.From(resources).ToString(), Is.EqualTo("cpus:3; disks:2; ports:10"));
        Assert.That(ResourceQuantities.From(resources), Is.EqualTo(Parse("ports:10;cpus:3;disks:2")));
        Assert.That(ResourceQuantities.From(resources)["cpus"], Is.EqualTo(3));
        Assert.That(ResourceQuantities.From(resources)["gpus"], Is.Zero);
    }

    [Test]
    public void Fields_of_messages_are_read()
    {
        Dictionary<string, Value.Types.Scalar> map = new() { ["mem"] = new() { Value = 5 }, ["cpus"] = new() { Value = double.NaN } };
        Assert.That(ResourceQuantities.From(map).ToString(), Is.EqualTo("mem:5"));
    }

    private static ResourceQuantities Parse(string text) =>
        ResourceQuantities.TryParse(text, out var quantities, out var error) ? quantities : throw new FormatException(error);
}
