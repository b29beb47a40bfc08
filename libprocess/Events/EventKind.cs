namespace LibProcess.Events;

/// <summary>What waits in a mailbox.</summary>
/// <remarks>Upstream: 3rdparty/libprocess/include/process/event.hpp; continuations of awaits are ours.</remarks>
public enum EventKind
{
    /// <summary>Nothing: the empty place in a mailbox.</summary>
    None,

    /// <summary>A message from another process.</summary>
    Message,

    /// <summary>A call into the process from code on the same node.</summary>
    Dispatch,

    /// <summary>The rest of a method of the process after an await.</summary>
    Continuation,

    /// <summary>An HTTP request for one of the routes of the process.</summary>
    Http,

    /// <summary>A linked process ended, or its connection did.</summary>
    Exited,

    /// <summary>The request to end.</summary>
    Terminate,
}
