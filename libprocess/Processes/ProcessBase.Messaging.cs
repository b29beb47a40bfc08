using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Events;
using LibProcess.Messages;

namespace LibProcess.Processes;

// Sending and receiving messages.
public abstract partial class ProcessBase
{
    private HandlerTable? handlers;
    private UPid? sender;

    /// <summary>The sender of the message being handled; <see cref="UPid.Empty"/> before the first and after an await.</summary>
    protected UPid From => sender ?? UPid.Empty;

    /// <summary>Handles protobuf messages of type <typeparamref name="T"/>. Messages that lack a required field never arrive.</summary>
    /// <param name="handler">Gets the sender and the message, which from then on belongs to this process.</param>
    protected void Install<T>(Action<UPid, T> handler)
        where T : class, IMessage<T>, new()
    {
        ArgumentNullException.ThrowIfNull(handler);
        MessageType<T> type = Manager.MessageTypes.Add<T>();
        AddHandler(type.Name, new TypedHandler<T>(type, handler));
    }

    /// <summary>Handles protobuf messages of type <typeparamref name="T"/> with an asynchronous story.</summary>
    /// <param name="handler">Its exceptions are faults of the process. Further messages are handled while it waits.</param>
    protected void Install<T>(Func<UPid, T, Task> handler)
        where T : class, IMessage<T>, new()
    {
        ArgumentNullException.ThrowIfNull(handler);
        string name = Manager.MessageTypes.Add<T>().Name;
        Install<T>((from, message) => Observe(handler(from, message), EventKind.Message, name));
    }

    /// <summary>Handles messages named <paramref name="name"/> as bytes, unless there is a handler for a protobuf of that name.</summary>
    protected void Install(string name, Action<UPid, ReadOnlyMemory<byte>> handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(handler);
        AddHandler(name, new RawHandler(handler));
    }

    /// <summary>
    /// As <see cref="Install(string, Action{UPid, ReadOnlyMemory{byte}})"/>, for handlers that keep nothing of the bytes: they are valid
    /// only until the handler returns. The memory of large messages is used again.
    /// </summary>
    protected void InstallLooking(string name, Action<UPid, ReadOnlyMemory<byte>> handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(handler);
        AddHandler(name, new LookingHandler(handler));
    }

    /// <summary>Passes messages named <paramref name="name"/> that have no handler on to <paramref name="to"/>, in the sender's name.</summary>
    protected void Delegate(string name, UPid to)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(to);
        (handlers ??= new HandlerTable()).Delegate(name, to);
    }

    /// <summary>
    /// Sends a protobuf message. On this node the object itself is handed over and belongs to the receiver from then on; to
    /// other nodes its bytes travel. There is no answer and no guarantee. Nothing is sent to <see cref="UPid.Empty"/>.
    /// </summary>
    protected void Send(UPid to, IMessage message) => Manager.Send(Self, to, message);

    /// <summary>Sends bytes under a message name. They belong to the receiver from then on: large ones travel from where they are.</summary>
    protected void Send(UPid to, string name, ReadOnlyMemory<byte> body = default) => Manager.Send(Self, to, name, body);

    /// <summary>Sends to the sender of the message being handled.</summary>
    protected void Reply(IMessage message) => Send(From, message);

    internal void EnqueueMessage(UPid from, string name, object? message, ReadOnlyMemory<byte> bytes)
    {
        Event item = EventPool.Rent();
        item.Kind = EventKind.Message;
        item.From = from;
        item.Name = name;
        item.Payload = message;
        item.Bytes = bytes;
        Enqueue(item);
    }

    private void AddHandler(string name, MessageHandler handler) => (handlers ??= new HandlerTable()).Add(name, handler);

    /// <summary>Handles a message. Called in the process.</summary>
    internal void Receive(UPid from, string name, object? message, ReadOnlyMemory<byte> bytes)
    {
        if (handlers?.Find(name) is not { } handler)
        {
            ReceiveUnhandled(from, name, message, bytes);
            return;
        }

        sender = from;
        handler.Handle(this, from, name, message, bytes);
        sender = null;
    }

    private void ReceiveUnhandled(UPid from, string name, object? message, ReadOnlyMemory<byte> bytes)
    {
        if (handlers?.DelegateOf(name) is { } to)
        {
            Manager.Forward(from, to, name, message as IMessage, bytes);
            return;
        }

        Manager.Dropped.UnknownMessage(Self.Id, name, from);
    }
}
