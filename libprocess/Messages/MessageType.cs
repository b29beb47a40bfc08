using System.Buffers;
using Google.Protobuf;

namespace LibProcess.Messages;

/// <summary>A kind of protobuf message that some process handles: its name on the wire and how to read it.</summary>
internal abstract class MessageType(string name)
{
    /// <summary>The full protobuf name, which is the message name on the wire.</summary>
    public string Name => name;

    /// <summary>Reads a message.</summary>
    /// <returns>Null where a required field is missing.</returns>
    /// <exception cref="InvalidProtocolBufferException">The bytes are not a message of this type.</exception>
    public abstract IMessage? Parse(in ReadOnlySequence<byte> body);
}

/// <summary>A kind of protobuf message known at compile time.</summary>
internal sealed class MessageType<T>(string name, IMessageSchema schema) : MessageType(name)
    where T : class, IMessage<T>, new()
{
    private readonly MessageParser<T> parser = new(static () => new T());

    public override IMessage? Parse(in ReadOnlySequence<byte> body)
    {
        T message = body.IsSingleSegment ? parser.ParseFrom(body.FirstSpan) : parser.ParseFrom(body);
        return schema.IsComplete(message) ? message : null;
    }
}
