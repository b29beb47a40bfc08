using LibProcess.Addressing;

namespace LibProcess.Events;

/// <summary>One entry of a mailbox: node of its list and description of the work at once, so that queueing allocates nothing.</summary>
/// <remarks>
/// The meaning of the fields depends on the kind:
/// Message: From, Name, Payload (a protobuf message or <see cref="ReadOnlyMemory{T}"/> of bytes in Bytes), To for delegation;
/// Dispatch and Continuation: Callback, Payload as its argument, Name of the caller; Http: Payload is the exchange;
/// Exited: From; Terminate: From. What a kind has no use for is null.
/// </remarks>
internal sealed class Event
{
    public Event? Next;
    public EventKind Kind;
    public UPid? From;
    public string? Name;
    public object? Payload;
    public Delegate? Callback;
    public ReadOnlyMemory<byte> Bytes;

    public void Clear()
    {
        Kind = EventKind.None;
        From = null;
        Name = null;
        Payload = null;
        Callback = null;
        Bytes = default;
    }
}
