using System.IO.Pipelines;
using System.Net;

namespace LibProcess.Net;

/// <summary>Byte streams between nodes. A seam: sockets in production, a simulated network in tests.</summary>
public interface ITransport
{
    /// <summary>Starts to accept connections.</summary>
    /// <param name="endPoint">Port 0 picks a free one.</param>
    /// <param name="onAccepted">Called for each connection, on any thread; must not block.</param>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    IListener Listen(IPEndPoint endPoint, Action<IConnection> onAccepted);

    /// <summary>Opens a connection.</summary>
    /// <exception cref="IOException">The peer cannot be reached.</exception>
    ValueTask<IConnection> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellation);

    /// <summary>Opens a connection to a peer that may be known by a name, which a transport with certificates checks.</summary>
    /// <exception cref="IOException">The peer cannot be reached, or is not who it should be.</exception>
    ValueTask<IConnection> ConnectAsync(IPEndPoint endPoint, string? host, CancellationToken cancellation) =>
        ConnectAsync(endPoint, cancellation);
}

/// <summary>An address on which connections are accepted until it is disposed.</summary>
public interface IListener : IAsyncDisposable
{
    /// <summary>The bound address, with the port that was picked.</summary>
    IPEndPoint EndPoint { get; }
}

/// <summary>One byte stream in each direction. Reading past the end of the peer's stream completes <see cref="IDuplexPipe.Input"/>.</summary>
public interface IConnection : IDuplexPipe, IAsyncDisposable
{
    /// <summary>The address of the other side.</summary>
    IPEndPoint RemoteEndPoint { get; }

    /// <summary>Gives the connection up at once; bytes not yet sent are lost.</summary>
    void Abort();
}
