using LibProcess.Events;

namespace LibProcess.Diagnostics;

/// <summary>An exception that left a handler, a route or a story of a process.</summary>
/// <param name="ProcessId">The process in which it happened.</param>
/// <param name="Kind">The event that was being handled.</param>
/// <param name="Event">The name of the message, route or call.</param>
/// <param name="Exception">What was thrown.</param>
public sealed record ProcessFault(string ProcessId, EventKind Kind, string Event, Exception Exception);

/// <summary>Told of every fault. The process lives on in any case; a test fails in which one happens.</summary>
/// <remarks>Upstream ends the daemon; here a fault stays where it happens. Called on the thread of the process.</remarks>
public interface IFaultObserver
{
    /// <summary>Must not throw.</summary>
    void OnFault(ProcessFault fault);
}
