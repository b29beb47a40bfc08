using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LibProcess.Addressing;
using LibProcess.Net;

namespace LibProcess.Tests.Net;

public class MessageEncoderTests
{
    [Test]
    public void Every_recorded_message_is_written_byte_for_byte()
    {
        int count = 0;
        var encoder = new MessageEncoder();
        foreach ((string from, string to, string name, byte[] raw) in Captures.Messages())
        {
            byte[] written = Encode(encoder, UPid.Parse(from), UPid.Parse(to), name, null, Body(raw));
            Assert.That(Encoding.Latin1.GetString(written), Is.EqualTo(Encoding.Latin1.GetString(raw)));
            count++;
        }

        Assert.That(count, Is.GreaterThan(100));
    }

    [Test]
    public void Every_recorded_message_is_read_back()
    {
        foreach ((string from, string to, string name, byte[] raw) in Captures.Messages())
        {
            var harness = new InboundHarness();
            UPid receiver = UPid.Parse(to);
            harness.Known.Add(receiver.Id);
            harness.Send(raw);
            harness.Send(raw);
            (string, string, string, string) expected = (from, receiver.Id, name, Encoding.Latin1.GetString(Body(raw)));
            Assert.That(harness.Delivered, Is.EqualTo(new[] { expected, expected }));
        }
    }

    [TestCase(1)]
    [TestCase(15)]
    [TestCase(16)]
    [TestCase(255)]
    [TestCase(256)]
    [TestCase(16_380)]
    [TestCase(16_384)]
    [TestCase(65_536)]
    [TestCase(1_000_000)]
    public void Protobuf_messages_are_one_chunk_whatever_their_size(int size)
    {
        var message = new BytesValue { Value = ByteString.CopyFrom(new byte[size]) };
        byte[] body = message.ToByteArray();
        byte[] written = Encode(new MessageEncoder(), UPid.Parse("a@10.0.0.1:1"), UPid.Parse("b(1)@10.0.0.2:2"), "google.protobuf.BytesValue", message, []);

        string head = "POST /b(1)/google.protobuf.BytesValue HTTP/1.1\r\nUser-Agent: libprocess/a@10.0.0.1:1\r\n"
            + "Libprocess-From: a@10.0.0.1:1\r\nConnection: Keep-Alive\r\nHost: 10.0.0.2:2\r\nTransfer-Encoding: chunked\r\n\r\n";
        Assert.That(
            Encoding.Latin1.GetString(written),
            Is.EqualTo($"{head}{body.Length:x}\r\n{Encoding.Latin1.GetString(body)}\r\n0\r\n\r\n"));
    }

    [Test]
    public void A_receiver_without_id_gets_the_name_alone()
    {
        byte[] written = Encode(new MessageEncoder(), UPid.Empty, new UPid(string.Empty, new NetworkAddress(1, 2)), "name", null, []);
        Assert.That(Encoding.ASCII.GetString(written), Does.StartWith("POST /name HTTP/1.1\r\nUser-Agent: libprocess/@0.0.0.0:0\r\n"));
    }

    [TestCase("a b", "to", "name")]
    [TestCase("a", "to\r\nX: y", "name")]
    [TestCase("a", "to", "name HTTP/1.1\r\n\r\n")]
    public void What_would_end_the_first_line_early_is_not_sent(string from, string to, string name)
    {
        var buffer = new OutgoingBuffer();
        var address = new NetworkAddress(1, 2);
        Assert.That(
            () => new MessageEncoder().Append(buffer, new UPid(from, address), new UPid(to, address), name, null, default),
            Throws.ArgumentException);
        Assert.That(buffer.IsEmpty, Is.True);
    }

    [TestCase(7)]
    [TestCase(100_000)]
    public void A_message_that_cannot_be_written_leaves_no_trace(int size)
    {
        var buffer = new OutgoingBuffer();
        var encoder = new MessageEncoder();
        UPid from = UPid.Parse("a@10.0.0.1:1");
        UPid to = UPid.Parse("b@10.0.0.2:2");
        encoder.Append(buffer, from, to, "name", null, "x"u8.ToArray());
        string before = Encoding.ASCII.GetString(buffer.Blocks[0]);
        Assert.That(() => encoder.Append(buffer, from, to, "name", new Unwritable(size), default), Throws.Exception);
        Assert.That(Encoding.ASCII.GetString(buffer.Blocks[0]), Is.EqualTo(before));
        Assert.That(buffer.Messages, Is.EqualTo(1));
        encoder.Append(buffer, from, to, "name", null, "x"u8.ToArray());
        Assert.That(Encoding.ASCII.GetString(buffer.Blocks[0]), Is.EqualTo(before + before));
    }

    [Test]
    public void Large_and_small_messages_stand_one_after_the_other()
    {
        var buffer = new OutgoingBuffer();
        var encoder = new MessageEncoder();
        UPid from = UPid.Parse("a@10.0.0.1:1");
        UPid to = UPid.Parse("P@10.0.0.2:2");
        var harness = new InboundHarness();
        var sizes = new[] { 0, 1, 100_000, 5, 65_536, 16_385, 16_384, 300_000, 0 };
        foreach (int size in sizes)
        {
            encoder.Append(buffer, from, to, "name", null, new byte[size]);
        }

        foreach (ArraySegment<byte> block in buffer.Blocks)
        {
            harness.Send(block);
        }

        Assert.That(buffer.Messages, Is.EqualTo(sizes.Length));
        Assert.That(harness.Delivered.Select(d => d.Body.Length), Is.EqualTo(sizes));
    }

    private static byte[] Encode(MessageEncoder encoder, UPid from, UPid to, string name, IMessage? message, byte[] body)
    {
        var buffer = new OutgoingBuffer();
        encoder.Append(buffer, from, to, name, message, body);
        byte[] bytes = [.. buffer.Blocks.SelectMany(block => block)];
        Assert.That(buffer.Bytes, Is.EqualTo(bytes.Length));
        buffer.Clear();
        return bytes;
    }

    private static byte[] Body(byte[] raw)
    {
        int start = raw.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        if (start == raw.Length)
        {
            return [];
        }

        int line = raw.AsSpan(start).IndexOf("\r\n"u8);
        int size = Convert.ToInt32(Encoding.ASCII.GetString(raw, start, line), 16);
        return raw[(start + line + 2)..(start + line + 2 + size)];
    }

    private sealed class Unwritable(int size) : IMessage
    {
        public Google.Protobuf.Reflection.MessageDescriptor Descriptor => BytesValue.Descriptor;

        public void MergeFrom(CodedInputStream input) => throw new NotSupportedException();

        public void WriteTo(CodedOutputStream output) => throw new InvalidOperationException("not now");

        public int CalculateSize() => size;
    }
}
