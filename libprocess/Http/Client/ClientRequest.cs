using System.IO.Pipelines;

namespace LibProcess.Http.Client;

/// <summary>A request to another node or any HTTP server.</summary>
/// <remarks>Upstream: <c>http::Request</c> in 3rdparty/libprocess/include/process/http.hpp. Not to be changed once it was sent.</remarks>
public sealed class ClientRequest
{
    /// <summary>The method in capitals. Default <c>GET</c>. <c>CONNECT</c> is not supported.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>Path and query as they are sent, or null for those of the URL the connection was opened with.</summary>
    public string? Target { get; init; }

    /// <summary>
    /// Headers beside Connection, Content-Length and Transfer-Encoding, which are added when the request is sent. Host is added
    /// where it is missing.
    /// </summary>
    public HttpHeaders Headers { get; init; } = new();

    /// <summary>The body as bytes, sent with its length; empty for none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>
    /// Writes the body while it is sent, each flush as a chunk or a few, or null. It is started where the request is, so inside a
    /// process its awaits resume there; flushes wait while the peer takes nothing. The token is cancelled, and flushes say that
    /// their reader has completed, when the request is over. An exception gives the connection up.
    /// </summary>
    public Func<PipeWriter, CancellationToken, Task>? Stream { get; init; }

    /// <summary>Whether the connection stays open after the answer. Default: yes.</summary>
    public bool KeepAlive { get; init; } = true;

    internal bool IsHead => Method == "HEAD";

    /// <exception cref="ArgumentException">The request cannot be sent.</exception>
    internal void Check()
    {
        if (!RequestHeadParser.IsToken(Method) || Method == "CONNECT")
        {
            throw new ArgumentException($"'{Method}' is not a method that can be sent", nameof(Method));
        }

        if (Target is not null && !HttpUrl.IsTarget(Target))
        {
            throw new ArgumentException($"'{Target}' is not a path that can be sent as it is", nameof(Target));
        }

        if (Stream is not null && !Body.IsEmpty)
        {
            throw new ArgumentException("A request has either a body of bytes or one that is streamed", nameof(Body));
        }

        foreach ((string name, string value) in Headers)
        {
            if (!RequestHeadParser.IsToken(name) || value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            {
                throw new ArgumentException($"The header '{name}' cannot be sent", nameof(Headers));
            }

            if (name.Equals("Connection", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                throw new ArgumentException($"The header '{name}' follows from other properties of the request", nameof(Headers));
            }
        }
    }
}
