using LibProcess.Addressing;
using LibProcess.Http;
using LibProcess.Messages;
using LibProcess.Processes;

namespace LibProcess.Net;

/// <summary>Sender, receiver and name of a message, as its head gives them.</summary>
/// <remarks>Upstream: <c>parse()</c> in 3rdparty/libprocess/src/process.cpp.</remarks>
internal sealed class MessageHead
{
    private MessageHead(UPid from, string toId, string name, HttpResponse? refusal)
    {
        From = from;
        ToId = toId;
        Name = name;
        Refusal = refusal;
    }

    public UPid From { get; }

    public string ToId { get; }

    public string Name { get; }

    /// <summary>The process found last under <see cref="ToId"/>; whoever uses it checks that it still runs.</summary>
    public ProcessBase? Receiver { get; set; }

    /// <summary>How messages of the name are parsed, once that is known.</summary>
    public MessageType? Type { get; set; }

    /// <summary>The answer, where the message cannot be delivered whatever its body.</summary>
    public HttpResponse? Refusal { get; }

    /// <summary>Whether the same bytes mean the same message next time: not where a name service was asked.</summary>
    public bool IsLasting { get; private init; }

    /// <param name="head">The head.</param>
    /// <param name="sender">The text that names the sender.</param>
    /// <param name="hosts">The names of hosts.</param>
    /// <param name="hostToResolve">Set where the sender's host is a name that must be looked up first.</param>
    public static MessageHead? Read(RequestHead head, string sender, IHostResolver hosts, out string? hostToResolve)
    {
        hostToResolve = null;
        if (!UPid.TryParse(sender, hosts, out UPid from)
            && UPidText.TrySplit(sender, out _, out ReadOnlySpan<char> host, out _)
            && !host.IsEmpty
            && !NetworkAddress.TryParseIp(host, out _))
        {
            hostToResolve = host.ToString();
            return null;
        }

        return Read(head, from, isLasting: from.Host is null);
    }

    /// <summary>For a sender whose host has no address: it counts as nobody, as one does that cannot be understood.</summary>
    public static MessageHead ReadWithoutSender(RequestHead head) => Read(head, UPid.Empty, isLasting: false);

    private static MessageHead Read(RequestHead head, UPid from, bool isLasting)
    {
        string path = head.Path;
        if (!path.StartsWith('/'))
        {
            return new MessageHead(from, string.Empty, string.Empty, HttpResponse.BadRequest("Request URL path must start with '/'"));
        }

        int slash = path.IndexOf('/', 1);
        string escaped = slash < 0 ? path[1..] : path[1..slash];
        string name = slash < 0 ? string.Empty : path[(slash + 1)..];
        return PercentEncoding.TryDecode(escaped, out string? id)
            ? new MessageHead(from, id, name, refusal: null) { IsLasting = isLasting }
            : new MessageHead(from, string.Empty, name, HttpResponse.InternalServerError(
                $"Failed to decode URL path: Malformed % escape in '{escaped}': '{PercentEncoding.MalformedEscape(escaped)}'"));
    }

    /// <summary>The answer where a sender claims another address than it connects from.</summary>
    public static HttpResponse AddressMismatch(UPid from, System.Net.EndPoint client) =>
        HttpResponse.BadRequest($"UPID IP address validation failed: Message from {from} was sent from IP {client}");
}
