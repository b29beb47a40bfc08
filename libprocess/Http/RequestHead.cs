namespace LibProcess.Http;

/// <summary>How long the body of a request is.</summary>
internal enum BodyFraming
{
    None,
    Length,
    Chunked,
}

/// <summary>The first line and the headers of a request, and what they mean for the connection.</summary>
internal sealed class RequestHead
{
    public required string Method { get; init; }

    /// <summary>Without query and fragment; does not start with a slash only in <c>OPTIONS *</c>.</summary>
    public required string Path { get; init; }

    public required IReadOnlyDictionary<string, string> Query { get; init; }

    public required HttpHeaders Headers { get; init; }

    public required BodyFraming Framing { get; init; }

    /// <summary>Bytes of the body where the framing is by length.</summary>
    public required long ContentLength { get; init; }

    /// <summary>Whether the connection stays open after the answer.</summary>
    public required bool KeepAlive { get; init; }

    public bool IsGzip => Headers["Content-Encoding"] == "gzip";

    public bool IsHead => Method == "HEAD";

    /// <summary>The text that names the sender where this is a message of an actor, else null.</summary>
    /// <remarks>Upstream: <c>libprocess()</c> and <c>parse()</c> in 3rdparty/libprocess/src/process.cpp.</remarks>
    public string? Sender
    {
        get
        {
            const string agentPrefix = "libprocess/";
            if (Method != "POST")
            {
                return null;
            }

            return Headers["Libprocess-From"]
                ?? (Headers["User-Agent"] is { } agent && agent.StartsWith(agentPrefix, StringComparison.Ordinal) ? agent[agentPrefix.Length..] : null);
        }
    }
}
