namespace LibProcess.Net;

/// <summary>Bounds on what peers may send and on what is kept for them.</summary>
public sealed record WireLimits
{
    /// <summary>Bytes of a request's first line and headers. Default 80 KiB, the original's; beyond it the connection closes.</summary>
    public int MaxHeadBytes { get; init; } = 80 * 1024;

    /// <summary>Bytes of a request's first line. Default 8 KiB; beyond it the answer is 414 and the connection closes.</summary>
    public int MaxRequestLineBytes { get; init; } = 8 * 1024;

    /// <summary>Header fields of a request. Default 100; beyond it the answer is 400 and the connection closes.</summary>
    public int MaxHeaders { get; init; } = 100;

    /// <summary>Bytes of one message, inflated. Default 256 MiB; beyond it the answer is 413 and the connection closes.</summary>
    public long MaxBodyBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// Bytes of the body of one HTTP request, inflated, where its route sets no limit of its own. Default 64 MiB; beyond it the
    /// answer is 413 and the connection closes.
    /// </summary>
    public long MaxRequestBodyBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// How many times its packed size a body may have once it is inflated, where that is more than a megabyte. Default 200; beyond
    /// it the answer is 413.
    /// </summary>
    public int MaxInflation { get; init; } = 200;

    /// <summary>Bytes of the extension of one chunk. Default 256; beyond it the body cannot be decoded.</summary>
    public int MaxChunkExtensionBytes { get; init; } = 256;

    /// <summary>Bytes of a streamed request that wait for its handler; the connection is not read further meanwhile. Default 64 KiB.</summary>
    public int StreamWindowBytes { get; init; } = 64 * 1024;

    /// <summary>Accepted connections at a time. Default 100,000; further ones are closed at once.</summary>
    public int MaxConnections { get; init; } = 100_000;

    /// <summary>
    /// Accepted connections of one IP address at a time. Default 50,000, so that no single address takes all of
    /// <see cref="MaxConnections"/>; further ones are closed at once.
    /// </summary>
    public int MaxConnectionsPerAddress { get; init; } = 50_000;

    /// <summary>Requests of one connection that wait for their answers; more are not read until one is answered. Default 1,024.</summary>
    public int MaxPipelinedRequests { get; init; } = 1024;

    /// <summary>Bytes waiting to be sent to one node. Default 256 MiB; beyond it <see cref="QueueOverflow"/> says what happens.</summary>
    public long MaxQueuedBytesPerLink { get; init; } = 256L * 1024 * 1024;

    /// <summary>What happens when too much waits for one node. Default: the connection is given up as broken.</summary>
    public QueueOverflow QueueOverflow { get; init; } = QueueOverflow.BreakLink;
}
