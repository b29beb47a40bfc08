using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Processes;

namespace LibProcess.Net;

/// <summary>Carries messages to other nodes. Called on any thread; never blocks.</summary>
internal interface IOutbound : IAsyncDisposable
{
    /// <summary>
    /// Sends over the persistent connection to the receiver's node if there is one, else over a temporary one. The body is
    /// either a protobuf message or bytes; both are on the wire or copied when the call returns, but for large bytes, which must
    /// not change any more. Messages to one node keep their order as long as their connection lives.
    /// </summary>
    void Send(UPid from, UPid to, string name, IMessage? message, ReadOnlyMemory<byte> body);

    /// <summary>
    /// Makes sure of a persistent connection to a node. Its end is told through <see cref="IInbound.LinkBroken"/>, once, and
    /// never before this call returns.
    /// </summary>
    /// <param name="address">The node.</param>
    /// <param name="host">The name under which it is known, or null.</param>
    /// <param name="mode">Whether a connection that is there will do.</param>
    void Link(NetworkAddress address, string? host, LinkMode mode);
}
