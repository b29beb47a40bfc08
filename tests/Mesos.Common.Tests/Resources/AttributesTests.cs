using Mesos.Common.Json;

namespace Mesos.Common.Tests.Bags;

public sealed class AttributesTests
{
    [Test]
    public void Text_gives_attributes_in_order()
    {
        Assert.That(Attributes.TryParse("rack:r1;zone:a;level:1.5;ids:[1-2,3-3];url:http://a:80\nrack:r2", out var attributes, out var error), Is.True, error);
        Assert.That(
            attributes!.Select(attribute => $"{attribute.Name}={attribute.Type}={Attributes.FormatValue(attribute)}"),
            Is.EqualTo(new[] { "rack=Text=r1", "zone=Text=a", "level=Scalar=1.5", "ids=Ranges=[1-3]", "url=Text=http://a:80", "rack=Text=r2" }));
        Assert.That(ProtobufJsonWriter.ToText(attributes![0]), Is.EqualTo("""{"name":"rack","type":"TEXT","text":{"value":"r1"}}"""));
    }

    [TestCase("rack", "name:value")]
    [TestCase(":r1", "name:value")]
    [TestCase("rack:", "name:value")]
    [TestCase("rack:{a,b}", "sets")]
    [TestCase("rack:[1-", "brackets")]
    public void Text_that_is_not_well_formed_is_refused_with_the_reason(string text, string reason)
    {
        Assert.That(Attributes.TryParse(text, out _, out var error), Is.False);
        Assert.That(error, Does.Contain(reason));
    }

    [TestCase("a:1;b:x", "b:x;a:1", true)]
    [TestCase("a:1", "a:1.0001", true)]
    [TestCase("a:1", "a:2", false)]
    [TestCase("a:1", "a:x", false)]
    [TestCase("a:1;b:2", "a:1;a:1", false)]
    public void Comparison_ignores_the_order(string left, string right, bool expected)
    {
        Assert.That(Attributes.TryParse(left, out var first, out _), Is.True);
        Assert.That(Attributes.TryParse(right, out var second, out _), Is.True);
        Assert.That(Attributes.AreEqual(first!, second!), Is.EqualTo(expected));
    }
}
