using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LibProcess.Addressing;
using LibProcess.Messages;
using LibProcess.Processes;
using LibProcess.Testing;

namespace LibProcess.Tests.Processes;

[CancelAfter(30_000)]
public sealed class MessagingTests
{
    private TestNode node = null!;

    [SetUp]
    public void StartNode() => node = new TestNode();

    [TearDown]
    public async Task StopNode() => await node.DisposeAsync();

    [Test]
    public async Task Messages_of_one_sender_arrive_in_order()
    {
        Probe probe = node.Spawn(new Probe(node.Manager, "a", p =>
            p.Install("n", (_, body) => p.Log.Add(Encoding.ASCII.GetString(body.Span)))));
        for (int i = 0; i < 1000; i++)
        {
            node.Manager.Send(UPid.Empty, probe.Self, "n", Encoding.ASCII.GetBytes($"{i}"));
        }

        await probe.CallAsync(() => 0);
        Assert.That(probe.Log, Is.EqualTo(Enumerable.Range(0, 1000).Select(i => $"{i}")));
    }

    [Test]
    public async Task A_protobuf_stays_the_same_object_on_its_node()
    {
        StringValue? received = null;
        Probe probe = node.Spawn(new Probe(node.Manager, "a", p => p.Install<StringValue>((_, m) => received = m)));
        var sent = new StringValue { Value = "hi" };
        node.Manager.Send(UPid.Empty, probe.Self, sent);
        await probe.CallAsync(() => 0);
        Assert.That(received, Is.SameAs(sent));
    }

    [Test]
    public async Task Bytes_under_the_name_of_a_protobuf_are_parsed_for_a_typed_handler()
    {
        var values = new List<string>();
        Probe probe = node.Spawn(new Probe(node.Manager, "a", p => p.Install<StringValue>((_, m) => values.Add(m.Value))));
        node.Manager.Send(UPid.Empty, probe.Self, "google.protobuf.StringValue", new byte[] { 10, 2, (byte)'h', (byte)'i' });
        node.Manager.Send(UPid.Empty, probe.Self, "google.protobuf.StringValue", new byte[] { 255, 255 });
        await probe.CallAsync(() => 0);
        Assert.That(values, Is.EqualTo(new[] { "hi" }));
    }

    [Test]
    public async Task A_raw_handler_gets_the_bytes_of_a_protobuf()
    {
        byte[]? received = null;
        Probe probe = node.Spawn(new Probe(node.Manager, "a", p => p.Install("google.protobuf.StringValue", (_, b) => received = b.ToArray())));
        node.Manager.Send(UPid.Empty, probe.Self, new StringValue { Value = "hi" });
        await probe.CallAsync(() => 0);
        Assert.That(received, Is.EqualTo(new byte[] { 10, 2, (byte)'h', (byte)'i' }));
    }

    [Test]
    public async Task The_sender_is_known_while_the_message_is_handled()
    {
        var senders = new List<UPid>();
        Probe probe = node.Spawn(new Probe(node.Manager, "a", p => p.Install("x", (from, _) => senders.AddRange([from, p.From]))));
        UPid sender = UPid.Parse("b@1.2.3.4:5");
        node.Manager.Send(sender, probe.Self, "x");
        Assert.That(await probe.CallAsync(() => probe.From), Is.EqualTo(UPid.Empty));
        Assert.That(senders, Is.EqualTo(new[] { sender, sender }));
    }

    [Test]
    public async Task A_message_without_a_handler_goes_to_the_delegate_in_the_name_of_its_sender()
    {
        UPid? from = null;
        Probe second = node.Spawn(new Probe(node.Manager, "second", p => p.Install("x", (f, _) => from = f)));
        Probe first = node.Spawn(new Probe(node.Manager, "first", p => p.Delegate("x", second.Self)));
        UPid sender = UPid.Parse("b@1.2.3.4:5");
        node.Manager.Send(sender, first.Self, "x");
        await node.SettleAsync();
        Assert.That(from, Is.EqualTo(sender));
    }

    [Test]
    public async Task A_typed_handler_comes_before_one_for_bytes_and_both_before_the_delegate()
    {
        var handled = new List<string>();
        Probe second = node.Spawn(new Probe(node.Manager, "second", p => p.Install("x", (_, _) => handled.Add("delegate"))));
        Probe probe = node.Spawn(new Probe(node.Manager, "a", p =>
        {
            p.Install<StringValue>((_, _) => handled.Add("typed"));
            p.Install("google.protobuf.StringValue", (_, _) => handled.Add("bytes"));
            p.Install("x", (_, _) => handled.Add("x"));
            p.Delegate("x", second.Self);
            p.Delegate("google.protobuf.StringValue", second.Self);
        }));
        node.Manager.Send(UPid.Empty, probe.Self, new StringValue());
        node.Manager.Send(UPid.Empty, probe.Self, "x");
        await node.SettleAsync();
        Assert.That(handled, Is.EqualTo(new[] { "typed", "x" }));
    }

    [Test]
    public async Task A_reply_goes_to_the_sender_and_outside_of_a_message_to_nobody()
    {
        var answers = new List<string>();
        Probe asker = node.Spawn(new Probe(node.Manager, "asker", p => p.Install<StringValue>((from, m) => answers.Add($"{from.Id}: {m.Value}"))));
        var replier = new Replier(node.Manager);
        node.Spawn(replier);
        node.Manager.Send(asker.Self, replier.Self, "ask");
        await replier.CallAsync(replier.ReplyOutside);
        await node.SettleAsync();
        Assert.That(answers, Is.EqualTo(new[] { "replier: answer" }));
    }

    [Test]
    public async Task A_message_that_lacks_a_required_field_is_dropped_without_an_answer()
    {
        await using var strict = new TestNode(configure: options => options with { Messages = new Strict() });
        var values = new List<string>();
        Probe probe = strict.Spawn(new Probe(strict.Manager, "a", p => p.Install<StringValue>((_, m) => values.Add(m.Value))));
        Probe sender = strict.Spawn(new Probe(strict.Manager, "b"));
        await probe.CallAsync(() => 0);
        strict.Manager.Send(sender.Self, probe.Self, "google.protobuf.StringValue", default);
        strict.Manager.Send(sender.Self, probe.Self, "google.protobuf.StringValue", new byte[] { 10, 1, (byte)'x' });
        await strict.SettleAsync();
        Assert.That(values, Is.EqualTo(new[] { "x" }));
        Assert.That(sender.Log, Is.Empty);
    }

    [Test]
    public async Task Messages_nobody_handles_are_dropped()
    {
        Probe probe = node.Spawn(new Probe(node.Manager, "a"));
        node.Manager.Send(UPid.Empty, probe.Self, "unknown");
        node.Manager.Send(UPid.Empty, new UPid("nobody", node.Manager.Address), "unknown");
        node.Manager.Send(UPid.Empty, UPid.Empty, "unknown");
        Assert.That(await probe.CallAsync(() => 1), Is.EqualTo(1));
    }

    [Test]
    public async Task Two_threads_of_senders_lose_nothing()
    {
        int count = 0;
        Probe probe = node.Spawn(new Probe(node.Manager, "a", p => p.Install("x", (_, _) => count++)));
        const int Each = 200_000;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                node.Manager.Send(UPid.Empty, probe.Self, "x");
            }
        })));
        Assert.That(await probe.CallAsync(() => count), Is.EqualTo(2 * Each));
    }

    private sealed class Replier(ProcessManager manager) : ProcessBase(manager, "replier")
    {
        public void ReplyOutside() => Reply(new StringValue { Value = "nobody" });

        protected override void Initialize() => Install("ask", (_, _) => Reply(new StringValue { Value = "answer" }));
    }

    private sealed class Strict : IMessageSchema
    {
        public string NameOf(IMessage message) => message.Descriptor.FullName;

        public bool IsComplete(IMessage message) => message is not StringValue { Value: "" };
    }
}
