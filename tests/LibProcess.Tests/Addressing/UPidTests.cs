using System.Net;
using LibProcess.Addressing;

namespace LibProcess.Tests.Addressing;

public sealed class UPidTests
{
    [TestCase("master@10.1.2.9:5050", "master", "10.1.2.9:5050")]
    [TestCase("slave(1)@127.0.0.1:5051", "slave(1)", "127.0.0.1:5051")]
    [TestCase("  a@1.2.3.4:5 trailing words", "a", "1.2.3.4:5")]
    [TestCase("@0.0.0.0:0", "", "0.0.0.0:0")]
    [TestCase("a@1.2.3.4:80x9", "a", "1.2.3.4:80")]
    [TestCase("a/b%20c@1.2.3.4:80", "a/b%20c", "1.2.3.4:80")]
    public void Text_is_split_at_the_first_at_and_the_first_colon_after_it(string text, string id, string address)
    {
        Assert.That(UPid.TryParse(text, out UPid pid), Is.True);
        Assert.That((pid.Id, pid.Address.ToString()), Is.EqualTo((id, address)));
    }

    [TestCase("")]
    [TestCase("not-a-upid")]
    [TestCase("a@127.0.0.1")]
    [TestCase("a@127.0.0.1:")]
    [TestCase("a@127.0.0.1:x")]
    [TestCase("a@127.0.0.1:65536")]
    [TestCase("a@1.2.3:80")]
    [TestCase("a@1.2.3.4.5:80")]
    [TestCase("a@1.2.3.256:80")]
    [TestCase("a@[::1]:80")]
    [TestCase("a b@1.2.3.4:80")]
    public void Text_that_is_no_identity_gives_the_empty_one(string text)
    {
        Assert.That(UPid.TryParse(text, out UPid pid), Is.False);
        Assert.That(pid, Is.EqualTo(UPid.Empty));
    }

    [Test]
    public void The_empty_identity_survives_the_way_through_text()
    {
        Assert.That(UPid.Empty.ToString(), Is.EqualTo("@0.0.0.0:0"));
        Assert.That(UPid.Parse("@0.0.0.0:0"), Is.EqualTo(UPid.Empty));
    }

    [Test]
    public void A_host_name_is_resolved_and_remembered_but_does_not_count_for_equality()
    {
        Assert.That(UPid.TryParse("scheduler@somewhere:41000", new Fixed("somewhere", 0x7F000001), out UPid pid), Is.True);
        Assert.That(pid.Host, Is.EqualTo("somewhere"));
        Assert.That(pid, Is.EqualTo(UPid.Parse("scheduler@127.0.0.1:41000")));
        Assert.That(pid.GetHashCode(), Is.EqualTo(UPid.Parse("scheduler@127.0.0.1:41000").GetHashCode()));
    }

    [Test]
    public void An_unknown_host_name_gives_the_empty_identity()
    {
        Assert.That(UPid.TryParse("scheduler@elsewhere:41000", new Fixed("somewhere", 1), out UPid pid), Is.False);
        Assert.That(pid.IsEmpty, Is.True);
    }

    [Test]
    public void Order_is_by_address_then_by_id()
    {
        UPid[] sorted =
        [
            UPid.Parse("z@1.0.0.1:1"), UPid.Parse("a@1.0.0.1:2"), UPid.Parse("b@1.0.0.1:2"), UPid.Parse("a@2.0.0.1:1"), UPid.Parse("a@10.0.0.0:1"),
        ];
        Assert.That(sorted.Reverse().Order(), Is.EqualTo(sorted));
    }

    [TestCase("a@1.2.3.4:5", true, false)]
    [TestCase("@1.2.3.4:5", false, false)]
    [TestCase("a@0.0.0.0:5", false, false)]
    [TestCase("a@0.0.0.0:0", false, false)]
    [TestCase("@0.0.0.0:0", false, true)]
    public void Half_empty_identities_are_neither_valid_nor_empty(string text, bool valid, bool empty)
    {
        UPid pid = UPid.Parse(text);
        Assert.That((pid.IsValid, pid.IsEmpty), Is.EqualTo((valid, empty)));
    }

    [Test]
    public void Generated_ids_count_up_from_one_for_each_prefix()
    {
        var ids = new ProcessIds();
        string[] generated = [ids.Generate("slave"), ids.Generate("slave"), ids.Generate(""), ids.Generate("executor"), ids.Generate("")];
        Assert.That(generated, Is.EqualTo(new[] { "slave(1)", "slave(2)", "(1)", "executor(1)", "(2)" }));
    }

    [Test]
    public void Addresses_convert_both_ways()
    {
        var endPoint = new IPEndPoint(IPAddress.Parse("10.1.2.9"), 5050);
        Assert.That(NetworkAddress.From(endPoint).ToEndPoint(), Is.EqualTo(endPoint));
        Assert.That(() => NetworkAddress.From(new IPEndPoint(IPAddress.IPv6Loopback, 1)), Throws.ArgumentException);
    }

    private sealed class Fixed(string known, uint address) : IHostResolver
    {
        public bool TryResolve(string name, out uint ip)
        {
            ip = address;
            return name == known;
        }

        public ValueTask<uint?> ResolveAsync(string name, CancellationToken cancellation) =>
            ValueTask.FromResult(name == known ? address : (uint?)null);
    }
}
