using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;

namespace LibProcess.Messages;

/// <summary>A kind of protobuf message: its name on the wire and how to read it.</summary>
internal abstract class MessageType
{
    private static readonly ConcurrentDictionary<Type, MessageType> ByClrType = new();

    protected MessageType(string name)
    {
        Name = name;
        NameUtf8 = Encoding.UTF8.GetBytes(name);
    }

    /// <summary>The full protobuf name, which is the message name on the wire.</summary>
    public string Name { get; }

    public byte[] NameUtf8 { get; }

    /// <summary>The type of a message that is at hand.</summary>
    public static MessageType Of(IMessage message) =>
        ByClrType.TryGetValue(message.GetType(), out MessageType? type)
            ? type
            : ByClrType.GetOrAdd(message.GetType(), static (_, m) => new UntypedMessageType(m.Descriptor.FullName, m.Descriptor.Parser), message);

    /// <summary>Reads a message.</summary>
    /// <returns>Null where a required field is missing.</returns>
    /// <exception cref="InvalidProtocolBufferException">The bytes are not a message of this type.</exception>
    public abstract IMessage? Parse(in ReadOnlySequence<byte> body);

    protected static void Register(Type clrType, MessageType type) => ByClrType[clrType] = type;

    private sealed class UntypedMessageType(string name, MessageParser parser) : MessageType(name)
    {
        public override IMessage? Parse(in ReadOnlySequence<byte> body)
        {
            IMessage message = parser.ParseFrom(body);
            return message.IsInitialized() ? message : null;
        }
    }
}

/// <summary>A kind of protobuf message known at compile time.</summary>
internal sealed class MessageType<T> : MessageType
    where T : class, IMessage<T>, new()
{
    private readonly MessageParser<T> parser = new(static () => new T());

    private MessageType()
        : base(new T().Descriptor.FullName)
    {
        Register(typeof(T), this);
    }

    public static MessageType<T> Instance { get; } = new();

    public override IMessage? Parse(in ReadOnlySequence<byte> body)
    {
        T message = parser.ParseFrom(body);
        return message.IsInitialized() ? message : null;
    }
}
