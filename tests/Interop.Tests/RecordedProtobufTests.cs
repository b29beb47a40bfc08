using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mesos.Proto;
using Mesos.Proto.Internal;

namespace Interop.Tests;

/// <summary>Every recorded message is understood whole, and written back as the original wrote it.</summary>
public sealed class RecordedProtobufTests
{
    private static readonly Dictionary<string, MessageDescriptor> Types =
        new[] { MessagesReflection.Descriptor, Mesos.Proto.Scheduler.SchedulerReflection.Descriptor }
            .SelectMany(file => file.MessageTypes)
            .ToDictionary(type => type.FullName);

    [TestCaseSource(typeof(Recordings), nameof(Recordings.Scenarios))]
    public void Every_recorded_message_is_parsed_with_no_unknown_field_and_written_back_byte_for_byte(string scenario)
    {
        IReadOnlyList<RecordedMessage> messages = Recordings.Messages(scenario);
        Assert.That(messages, Is.Not.Empty);
        foreach (RecordedMessage recorded in messages)
        {
            byte[] body = Body(recorded.Raw);
            IMessage message = Types[recorded.Name].Parser.ParseFrom(body);
            Assert.That(((IWireMessage)message).IsInitialized(), Is.True, recorded.ToString());
            Assert.That(UnknownFields(message), Is.Empty, recorded.ToString());
            Assert.That(message.ToByteArray(), Is.EqualTo(body), recorded.ToString());
        }
    }

    /// <summary>A message that is equal to its own JSON-free copy through known fields only has no unknown ones.</summary>
    private static string UnknownFields(IMessage message)
    {
        IMessage known = message.Descriptor.Parser.WithDiscardUnknownFields(true).ParseFrom(message.ToByteArray());
        return known.Equals(message) ? string.Empty : $"{message.CalculateSize() - known.CalculateSize()} bytes of unknown fields";
    }

    private static byte[] Body(byte[] raw)
    {
        int head = raw.AsSpan().IndexOf("\r\n\r\n"u8) + 4;
        if (head == raw.Length)
        {
            return [];
        }

        Assert.That(Encoding.ASCII.GetString(raw, 0, head), Does.Contain("Transfer-Encoding: chunked"));
        int line = raw.AsSpan(head).IndexOf("\r\n"u8);
        int size = Convert.ToInt32(Encoding.ASCII.GetString(raw, head, line), 16);
        return raw[(head + line + 2)..(head + line + 2 + size)];
    }
}
