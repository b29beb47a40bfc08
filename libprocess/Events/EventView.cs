using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Processes;

namespace LibProcess.Events;

/// <summary>An event that a process is about to handle, as tests see it.</summary>
public readonly struct EventView
{
    private readonly object? payload;

    internal EventView(ProcessBase process, EventKind kind, UPid from, string name, object? payload, ReadOnlyMemory<byte> bytes)
    {
        Process = process;
        To = process.Self;
        Kind = kind;
        From = from;
        Name = name;
        Bytes = bytes;
        this.payload = payload;
    }

    internal ProcessBase Process { get; }

    internal object? Payload => payload;

    /// <summary>The process that is to handle the event.</summary>
    public UPid To { get; }

    /// <summary>What kind of event it is.</summary>
    public EventKind Kind { get; }

    /// <summary>The sender of a message, or the process that exited.</summary>
    public UPid From { get; }

    /// <summary>The name of a message, the path of a request, or the member that dispatched.</summary>
    public string Name { get; }

    /// <summary>The message as an object, where it is known as one.</summary>
    public IMessage? Message => payload as IMessage;

    /// <summary>The message as bytes, where nobody knew its type.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }
}

/// <summary>Looks at every event before it is handled; for tests. Called on the thread of the process.</summary>
/// <remarks>Upstream: <c>Filter</c> in 3rdparty/libprocess/include/process/filter.hpp.</remarks>
public interface IEventFilter
{
    /// <returns>True to drop the event.</returns>
    bool Intercept(in EventView item);
}
