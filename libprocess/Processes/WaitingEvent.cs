using LibProcess.Addressing;
using LibProcess.Events;
using LibProcess.Http;

namespace LibProcess.Processes;

/// <summary>An event in a mailbox, as <c>/__processes__</c> shows it.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Name">The message, the member that dispatched, or the path with query of the request.</param>
/// <param name="From">The sender, or who ended.</param>
/// <param name="Method">The method of a request, else empty.</param>
internal sealed record WaitingEvent(EventKind Kind, string Name, UPid From, string Method)
{
    public static WaitingEvent Of(Event item) =>
        new(item.Kind, item.Name ?? string.Empty, item.From ?? UPid.Empty, item.Payload is HttpExchange exchange ? exchange.Request.Method : string.Empty);
}
