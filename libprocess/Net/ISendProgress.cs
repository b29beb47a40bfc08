namespace LibProcess.Net;

/// <summary>The output of a connection that knows how much of it the peer's side has taken.</summary>
internal interface ISendProgress
{
    /// <summary>Bytes sent so far. Any thread.</summary>
    long SentBytes { get; }
}
