using System.Buffers;
using System.IO.Pipelines;
using LibProcess.Http.Authentication;

namespace LibProcess.Http;

/// <summary>An HTTP request: with its whole body, or, on a route that streams, with the reading end of it.</summary>
public sealed class HttpRequest
{
    private static readonly IReadOnlyDictionary<string, string> NoQuery = new Dictionary<string, string>();

    private Principal? principal;
    private PipeReader? bodyPipe;

    /// <summary>The method in capitals.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The path as it was sent, without query and fragment; starts with <c>/</c>.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The decoded query; where a key occurs twice the last value counts. A key without <c>=</c> has an empty value.</summary>
    public IReadOnlyDictionary<string, string> Query { get; init; } = NoQuery;

    /// <summary>The headers; names in any case.</summary>
    public HttpHeaders Headers { get; init; } = new();

    /// <summary>The body, unchunked and inflated; empty on a route that streams its requests.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>
    /// On a route that streams its requests: the body while it arrives, unchunked and inflated; otherwise null. The connection is
    /// not read further while more than a small window waits here. Reading fails with <see cref="HttpBodyException"/> where the
    /// client left before the end, sent what cannot be decoded, or the answer was over before the body was. Completing the reader
    /// early is allowed: what still comes is thrown away. One reader at a time.
    /// </summary>
    public PipeReader? BodyPipe
    {
        get => bodyPipe;
        init => bodyPipe = value;
    }

    /// <summary>
    /// Who sends the request: set where the route has a realm for which there is an authenticator, null otherwise.
    /// </summary>
    public Principal? Principal
    {
        get => principal;
        init => principal = value;
    }

    /// <summary>The address of the client, or null where it is not known.</summary>
    public System.Net.EndPoint? Client { get; init; }

    /// <summary>Cancelled when the connection of the client is gone.</summary>
    public CancellationToken Aborted { get; init; }

    /// <summary>Called before the handler sees the request.</summary>
    internal void Authenticated(Principal? by) => principal = by;

    /// <summary>Makes a stream of a body that has arrived already.</summary>
    internal void StreamBody() => bodyPipe ??= PipeReader.Create(new ReadOnlySequence<byte>(Body));
}
