using System.Buffers;
using LibProcess.Addressing;
using LibProcess.Http;

namespace LibProcess.Net;

/// <summary>What the connections of a node hand over to its processes. Called on any thread.</summary>
internal interface IInbound
{
    /// <summary>The names of hosts in UPIDs.</summary>
    IHostResolver Hosts { get; }

    /// <summary>Queues a message that arrived. The body is read before the call returns.</summary>
    /// <param name="head">Sender, receiver and name; kept by the connection for messages that repeat them, one at a time.</param>
    /// <param name="body">The bytes of the message.</param>
    /// <param name="reader">Who holds the bytes of a large body and may give up its memory; or null.</param>
    /// <returns>False if no such process runs here (the answer is 404); a body that does not parse counts as delivered.</returns>
    bool Deliver(MessageHead head, in ReadOnlySequence<byte> body, BodyReader? reader);

    /// <summary>What the route of a path asks for, before its request is there.</summary>
    RouteOptions OptionsOf(string path);

    /// <summary>Routes a request to its process and waits for the answer.</summary>
    ValueTask<HttpResponse> HandleAsync(HttpRequest request);

    /// <summary>The persistent connection to a node has ended, or could not be made.</summary>
    void LinkBroken(NetworkAddress address);
}
