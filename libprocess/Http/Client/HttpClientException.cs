namespace LibProcess.Http.Client;

/// <summary>Why a request has no answer.</summary>
public enum HttpClientError
{
    /// <summary>The peer cannot be reached: its name is unknown or nobody listens.</summary>
    Unreachable,

    /// <summary>The connection ended, or was given up, before the answer was complete.</summary>
    Disconnected,

    /// <summary>The peer sent what is no HTTP, or what leaves a doubt about where an answer ends.</summary>
    Malformed,

    /// <summary>The answer is larger than the limits of the node allow.</summary>
    TooLarge,

    /// <summary>The author of the request's body failed.</summary>
    RequestBody,
}

/// <summary>A request could not be sent or its answer not be read.</summary>
/// <param name="error">Why.</param>
/// <param name="message">Why, for people.</param>
/// <param name="innerException">The cause, or null.</param>
public sealed class HttpClientException(HttpClientError error, string message, Exception? innerException = null)
    : IOException(message, innerException)
{
    /// <summary>Why.</summary>
    public HttpClientError Error => error;
}
