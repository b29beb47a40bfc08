namespace LibProcess.Http.Client;

/// <summary>How the end of an answer's body is found.</summary>
internal enum ResponseFraming
{
    None,
    Length,
    Chunked,
    UntilClose,
}

/// <summary>The first line and the headers of an answer, and what they mean for the connection.</summary>
internal sealed class ReceivedHead
{
    public required int Status { get; init; }

    public required string Reason { get; init; }

    public required HttpHeaders Headers { get; init; }

    public required ResponseFraming Framing { get; init; }

    /// <summary>Bytes of the body where the framing is by length.</summary>
    public required long ContentLength { get; init; }

    public required bool KeepAlive { get; init; }

    /// <summary>Whether another head follows to the same request.</summary>
    public bool IsInterim => Status is >= 100 and < 200;

    public bool IsGzip => Headers["Content-Encoding"] == "gzip";
}
