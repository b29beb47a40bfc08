namespace Mesos.Common.Tests.Bags;

public sealed class ResourceTextTests
{
    [TestCase("cpus:4;mem:4096;disk:10000;ports:[31000-32000]", "cpus:4; mem:4096; disk:10000; ports:[31000-32000]")]
    [TestCase(" cpus : 4 ; mem ( web ) : 512 ;", "cpus:4; mem(reservations: [(STATIC,web)]):512")]
    [TestCase("cpus(*):1;cpus:1", "cpus:2")]
    [TestCase("ports:[3-4,1-2,10-10]", "ports:[1-4, 10-10]")]
    [TestCase("disks:{a,b,}", "disks:{a, b}")]
    [TestCase("", "{}")]
    [TestCase("cpus:0", "{}")]
    [TestCase("cpus:1e1", "cpus:10")]
    public void Text_is_read_and_printed(string text, string printed)
    {
        Assert.That(Resources.Parse(text).ToString(), Is.EqualTo(printed));
    }

    [TestCase("cpus", "name:value")]
    [TestCase("cpus:1:2", "name:value")]
    [TestCase("cpus:-1", "'cpus'")]
    [TestCase("cpus:x", "'x'")]
    [TestCase("cpus(web:1", "parentheses")]
    [TestCase("cpus)web(:1", "parentheses")]
    [TestCase("ports:[1-2", "brackets")]
    [TestCase("ports:[1-2-3]", "ranges")]
    [TestCase("ports:[a-b]", "whole numbers")]
    [TestCase("ports:[5-1]", "ends before it begins")]
    [TestCase("ports:1[2-3]", "'['")]
    [TestCase("disks:{a,a}", "twice")]
    [TestCase("cpus(.):1", "Resource 'cpus'")]
    [TestCase("cpus:1;cpus:[1-2]", "different types")]
    [TestCase("cpus:0.0001", "thousandth")]
    public void Text_that_is_not_well_formed_is_refused_with_the_reason(string text, string reason)
    {
        Assert.That(ResourceText.TryParse(text, "*", out _, out var error), Is.False);
        Assert.That(error, Does.Contain(reason));
    }

    [Test]
    public void A_default_role_reserves_what_is_written_without_one()
    {
        Assert.That(
            Resources.Parse("cpus:1;mem(*):2;disk(ads):3", "web").ToString(),
            Is.EqualTo("cpus(reservations: [(STATIC,web)]):1; mem:2; disk(reservations: [(STATIC,ads)]):3"));
    }

    [Test]
    public void Json_is_read_in_both_formats()
    {
        const string Json = """
            [{"name":"cpus","type":"SCALAR","scalar":{"value":2}},
             {"name":"mem","type":"SCALAR","scalar":{"value":8},"role":"web"},
             {"name":"disk","type":"SCALAR","scalar":{"value":16},"reservations":[{"type":"STATIC","role":"ads"}],
              "disk":{"source":{"type":"MOUNT","mount":{"root":"/mnt"}}}}]
            """;
        Assert.That(
            Resources.Parse(Json).ToString(),
            Is.EqualTo("cpus:2; mem(reservations: [(STATIC,web)]):8; disk(reservations: [(STATIC,ads)])[MOUNT:/mnt]:16"));
    }

    [TestCase("[{]", "JSON")]
    [TestCase("[{\"name\":\"cpus\"}]", "type")]
    [TestCase("[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":\"x\"}}]", "scalar.value")]
    [TestCase("[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1},\"revocable\":{}}]", "revocable")]
    [TestCase("[{\"name\":\"cpus\",\"type\":\"SCALAR\",\"scalar\":{\"value\":1},\"reservations\":[{\"type\":\"DYNAMIC\",\"role\":\"a\"}]}]", "dynamic")]
    public void Json_that_is_not_acceptable_is_refused_with_the_reason(string json, string reason)
    {
        Assert.That(ResourceText.TryParse(json, "*", out _, out var error), Is.False);
        Assert.That(error, Does.Contain(reason));
    }
}
