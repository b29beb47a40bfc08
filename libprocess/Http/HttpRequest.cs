namespace LibProcess.Http;

/// <summary>An HTTP request with its whole body.</summary>
public sealed class HttpRequest
{
    private static readonly IReadOnlyDictionary<string, string> NoQuery = new Dictionary<string, string>();

    /// <summary>The method in capitals.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>The path as it was sent, without query and fragment; starts with <c>/</c>.</summary>
    public string Path { get; init; } = "/";

    /// <summary>The decoded query; where a key occurs twice the last value counts. A key without <c>=</c> has an empty value.</summary>
    public IReadOnlyDictionary<string, string> Query { get; init; } = NoQuery;

    /// <summary>The headers; names in any case.</summary>
    public HttpHeaders Headers { get; init; } = new();

    /// <summary>The body, unchunked and inflated.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The address of the client, or null where it is not known.</summary>
    public System.Net.EndPoint? Client { get; init; }

    /// <summary>Cancelled when the connection of the client is gone.</summary>
    public CancellationToken Aborted { get; init; }
}
