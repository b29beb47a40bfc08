using System.IO.Pipelines;
using System.Text;

namespace LibProcess.Http.Client;

/// <summary>An answer with its whole body.</summary>
/// <remarks>Upstream: <c>http::Response</c> of type BODY.</remarks>
public sealed class ClientResponse
{
    internal ClientResponse(ReceivedHead head, ReadOnlyMemory<byte> body)
    {
        Status = head.Status;
        Reason = head.Reason;
        Headers = head.Headers;
        Body = body;
    }

    /// <summary>The status code.</summary>
    public int Status { get; }

    /// <summary>What follows the status code; may be empty.</summary>
    public string Reason { get; }

    /// <summary>The headers as they were sent, repeated ones included.</summary>
    public HttpHeaders Headers { get; }

    /// <summary>The body, unchunked and inflated.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The body read as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);
}

/// <summary>An answer whose body is read while it arrives. Dispose it: before the end of the body that closes the connection.</summary>
/// <remarks>Upstream: <c>http::Response</c> of type PIPE.</remarks>
public sealed class StreamedResponse : IAsyncDisposable
{
    private readonly Action abandon;

    internal StreamedResponse(ReceivedHead head, PipeReader body, Action abandon)
    {
        Status = head.Status;
        Reason = head.Reason;
        Headers = head.Headers;
        Body = body;
        this.abandon = abandon;
    }

    /// <summary>The status code.</summary>
    public int Status { get; }

    /// <summary>What follows the status code; may be empty.</summary>
    public string Reason { get; }

    /// <summary>The headers as they were sent, repeated ones included.</summary>
    public HttpHeaders Headers { get; }

    /// <summary>
    /// The body, unchunked and inflated. While nothing is read nothing more than a buffer of 64 KiB is taken from the peer.
    /// Reads throw <see cref="HttpClientException"/> where the body breaks off.
    /// </summary>
    public PipeReader Body { get; }

    /// <summary>Reads what is left of the body.</summary>
    /// <param name="maxBytes">The most bytes to read.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="HttpClientException">The body broke off or is longer.</exception>
    public async Task<byte[]> ReadToEndAsync(long maxBytes = 256L * 1024 * 1024, CancellationToken cancellation = default)
    {
        while (true)
        {
            ReadResult result = await Body.ReadAsync(cancellation);
            if (result.Buffer.Length > maxBytes)
            {
                Body.AdvanceTo(result.Buffer.Start);
                throw new HttpClientException(HttpClientError.TooLarge, $"The answer is longer than {maxBytes} bytes");
            }

            if (result.IsCompleted)
            {
                byte[] all = System.Buffers.BuffersExtensions.ToArray(result.Buffer);
                Body.AdvanceTo(result.Buffer.End);
                return all;
            }

            Body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Gives up what is left of the body.</summary>
    public ValueTask DisposeAsync()
    {
        abandon();
        return Body.CompleteAsync();
    }
}
