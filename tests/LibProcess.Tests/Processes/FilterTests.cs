using Google.Protobuf.WellKnownTypes;
using LibProcess.Addressing;
using LibProcess.Testing;

namespace LibProcess.Tests.Processes;

[CancelAfter(30_000)]
public sealed class FilterTests
{
    private TestNode node = null!;
    private Probe probe = null!;

    [SetUp]
    public void StartNode()
    {
        node = new TestNode();
        probe = node.Spawn(new Probe(node.Manager, "a", p => p.Install<StringValue>((_, m) => p.Log.Add(m.Value))));
    }

    [TearDown]
    public async Task StopNode() => await node.DisposeAsync();

    [Test]
    public async Task An_expected_message_is_seen_and_still_handled()
    {
        Task<StringValue> seen = node.Filters.ExpectMessage<StringValue>(to: "a", where: m => m.Value == "two");
        Send("one");
        Send("two");
        Assert.That((await seen).Value, Is.EqualTo("two"));
        await node.SettleAsync();
        Assert.That(probe.Log, Is.EqualTo(new[] { "one", "two" }));
    }

    [Test]
    public async Task A_dropped_message_is_not_handled_and_the_next_one_is()
    {
        Task<StringValue> dropped = node.Filters.DropMessage<StringValue>();
        Send("one");
        Send("two");
        Assert.That((await dropped).Value, Is.EqualTo("one"));
        await node.SettleAsync();
        Assert.That(probe.Log, Is.EqualTo(new[] { "two" }));
    }

    [Test]
    public async Task Messages_are_dropped_until_the_rule_is_disposed()
    {
        using (node.Filters.DropMessages<StringValue>())
        {
            Send("one");
            Send("two");
            await node.SettleAsync();
        }

        Send("three");
        await node.SettleAsync();
        Assert.That(probe.Log, Is.EqualTo(new[] { "three" }));
    }

    [Test]
    public async Task A_dropped_call_ends_its_caller()
    {
        Task dropped = node.Filters.DropDispatch("Named", to: "a");
        Task<int> call = probe.CallAsync(() => 1, "Named");
        await dropped;
        Assert.That(async () => await call, Throws.InstanceOf<OperationCanceledException>());
    }

    private void Send(string value) => node.Manager.Send(UPid.Empty, probe.Self, new StringValue { Value = value });
}
