using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Processes;

namespace LibProcess.Messages;

/// <summary>What a process does with messages of one name. The message comes as an object or, unparsed, as bytes.</summary>
internal abstract class MessageHandler
{
    public abstract void Handle(ProcessBase process, UPid from, string name, object? message, ReadOnlyMemory<byte> bytes);
}

/// <summary>Gives a parsed message to a handler, parsing bytes that arrived before anybody knew their type.</summary>
internal sealed class TypedHandler<T>(MessageType<T> type, Action<UPid, T> handler) : MessageHandler
    where T : class, IMessage<T>, new()
{
    public override void Handle(ProcessBase process, UPid from, string name, object? message, ReadOnlyMemory<byte> bytes)
    {
        if (message is T typed)
        {
            handler(from, typed);
            return;
        }

        ReadOnlyMemory<byte> body = message is IMessage other ? other.ToByteArray() : bytes;
        if (process.Manager.ParseOrDrop(type, process.Self.Id, from, new(body)) is T parsed)
        {
            handler(from, parsed);
        }
    }
}

/// <summary>Gives the bytes of a message to a handler.</summary>
internal sealed class RawHandler(Action<UPid, ReadOnlyMemory<byte>> handler) : MessageHandler
{
    public override void Handle(ProcessBase process, UPid from, string name, object? message, ReadOnlyMemory<byte> bytes) =>
        handler(from, message is IMessage typed ? typed.ToByteArray() : message is LentBody lent ? lent.Keep() : bytes);
}

/// <summary>Shows the bytes of a message to a handler that keeps none of them.</summary>
internal sealed class LookingHandler(Action<UPid, ReadOnlyMemory<byte>> handler) : MessageHandler
{
    public override void Handle(ProcessBase process, UPid from, string name, object? message, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            handler(from, message is IMessage typed ? typed.ToByteArray() : bytes);
        }
        finally
        {
            (message as LentBody)?.Return();
        }
    }
}
