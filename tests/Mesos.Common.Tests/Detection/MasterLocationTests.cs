using Mesos.Common.Detection;

namespace Mesos.Common.Tests.Detection;

public sealed class MasterLocationTests
{
    [TestCase("10.1.2.3:5050")]
    [TestCase("master@10.1.2.3:5050")]
    [TestCase("  10.1.2.3:5050\n")]
    public void Addresses_name_a_process(string text)
    {
        Assert.That(MasterLocation.TryParse(text, out var location, out _), Is.True);
        Assert.That(location, Is.EqualTo(new MasterLocation.Process("10.1.2.3", 5050)));
        Assert.That(location!.ToString(), Is.EqualTo("master@10.1.2.3:5050"));
    }

    [Test]
    public void Host_names_are_kept_for_later()
    {
        Assert.That(MasterLocation.TryParse("m1.example:5050", out var location, out _), Is.True);
        Assert.That(location, Is.EqualTo(new MasterLocation.Process("m1.example", 5050)));
    }

    [TestCase("")]
    [TestCase("10.1.2.3")]
    [TestCase("10.1.2.3:")]
    [TestCase("10.1.2.3:0")]
    [TestCase("10.1.2.3:99999")]
    [TestCase(":5050")]
    [TestCase("a b:5050")]
    [TestCase("http://a:5050")]
    [TestCase("other@a:5050")]
    [TestCase("zk://")]
    [TestCase("zk://a:2181")]
    [TestCase("zk://a:2181/")]
    [TestCase("zk:///mesos")]
    public void Other_texts_are_refused_with_what_is_accepted(string text)
    {
        Assert.That(MasterLocation.TryParse(text, out _, out var error), Is.False);
        Assert.That(error, Does.Contain("host:port"));
    }

    [Test]
    public void ZooKeeper_is_recognized_and_its_credentials_stay_out_of_texts()
    {
        Assert.That(MasterLocation.TryParse("zk://bob:secret@a:2181,b:2181/mesos", out var location, out _), Is.True);
        Assert.That(location, Is.InstanceOf<MasterLocation.ZooKeeper>());
        Assert.That(location!.ToString(), Is.EqualTo("zk://***@a:2181,b:2181/mesos"));
    }

    [Test]
    public void Files_hold_one_of_the_other_forms()
    {
        Assert.That(MasterLocation.TryParse("file:///etc/master", out var location, out _, path => path == "/etc/master" ? "a:1\n" : ""), Is.True);
        Assert.That(location, Is.EqualTo(new MasterLocation.Process("a", 1)));
        Assert.That(MasterLocation.TryParse("file:///x", out _, out var error, _ => throw new FileNotFoundException("no such file")), Is.False);
        Assert.That(error, Does.Contain("'/x'").And.Contain("no such file"));
        Assert.That(MasterLocation.TryParse("file:///x", out _, out _, _ => "file:///x"), Is.False);
    }

    [TestCase("zk://bob:secret@a:2181/mesos", "zk://***@a:2181/mesos")]
    [TestCase("ZK://bob:s@cret@a", "ZK://***@a")]
    [TestCase("bob:secret@a:5050", "***@a:5050")]
    [TestCase("master@a:5050", "master@a:5050")]
    [TestCase("a:5050", "a:5050")]
    [TestCase("file:///etc/a@b", "file:///etc/a@b")]
    public void Credentials_are_left_out_of_messages(string text, string shown)
    {
        Assert.That(MasterLocation.Redact(text), Is.EqualTo(shown));
        if (!MasterLocation.TryParse(text, out _, out var error, _ => "zk://bob:secret@"))
        {
            Assert.That(error, Does.Not.Contain("secret").And.Not.Contain("cret@"));
        }
    }
}
