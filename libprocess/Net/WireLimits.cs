namespace LibProcess.Net;

/// <summary>Bounds on what peers may send and on what is kept for them.</summary>
public sealed record WireLimits
{
    /// <summary>Bytes of a request's first line and headers. Default 80 KiB, the original's; beyond it the connection closes.</summary>
    public int MaxHeadBytes { get; init; } = 80 * 1024;

    /// <summary>Bytes of one body, inflated. Default 256 MiB; beyond it the answer is 413 and the connection closes.</summary>
    public long MaxBodyBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Accepted connections at a time. Default 100,000; further ones are closed at once.</summary>
    public int MaxConnections { get; init; } = 100_000;

    /// <summary>Requests of one connection that wait for their answers; more are not read until one is answered. Default 1,024.</summary>
    public int MaxPipelinedRequests { get; init; } = 1024;

    /// <summary>Bytes waiting to be sent to one node. Default 256 MiB; beyond it the connection is given up as broken.</summary>
    public long MaxQueuedBytesPerLink { get; init; } = 256L * 1024 * 1024;
}
