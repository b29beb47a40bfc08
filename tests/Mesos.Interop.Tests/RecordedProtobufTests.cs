using Google.Protobuf;
using Mesos.Interop.Tests.Replay;
using Mesos.Proto;

namespace Mesos.Interop.Tests;

/// <summary>Every recorded message is understood whole, and written back as the original wrote it.</summary>
public sealed class RecordedProtobufTests
{
    [TestCaseSource(typeof(Recordings), nameof(Recordings.Scenarios))]
    [TestCase("agent-restart-recovery")]
    [TestCase("cram-md5")]
    [TestCase("operation-feedback")]
    [TestCase("operator-endpoints")]
    [TestCase("zk-master-failover")]
    public void Every_recorded_message_is_parsed_with_no_unknown_field_and_written_back_byte_for_byte(string scenario)
    {
        IReadOnlyList<RecordedMessage> messages = Recordings.Messages(scenario);
        Assert.That(messages, Is.Not.Empty);
        foreach (RecordedMessage recorded in messages)
        {
            byte[] body = WireRequest.TryRead(recorded.Raw)!.Value.Message.Body;
            IMessage message = WireTypes.Parse(recorded.Name, body);
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
}
