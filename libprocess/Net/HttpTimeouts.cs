namespace LibProcess.Net;

/// <summary>How long HTTP clients may take, on the clock of the node. Each time is a minimum: connections are looked at now and then.</summary>
/// <remarks>
/// A connection that has carried a message between processes is never closed for being slow or idle: its end would tell the
/// processes of the other node that this one is gone. Nor is one on which nothing at all has arrived, which may be a link of
/// another node that has nothing to say yet, unless <see cref="FirstByte"/> says so. Null is no limit.
/// </remarks>
public sealed record HttpTimeouts
{
    /// <summary>No limits at all.</summary>
    public static HttpTimeouts None { get; } = new() { Head = null, BodyStall = null, MinBodyBytesPerSecond = 0, Idle = null, AnswerStall = null };

    /// <summary>From the opening of a connection to its first byte. Default: no limit.</summary>
    public TimeSpan? FirstByte { get; init; }

    /// <summary>From the first byte of a request's head to its last. Default: 30 seconds.</summary>
    public TimeSpan? Head { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Without a byte of a body that is being waited for. Default: 30 seconds. Not on routes that stream.</summary>
    public TimeSpan? BodyStall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How fast a body must arrive on average once <see cref="BodyStall"/> has passed. Default: 240; 0 is no limit. Not on routes
    /// that stream.
    /// </summary>
    public int MinBodyBytesPerSecond { get; init; } = 240;

    /// <summary>
    /// Without a request, on a connection that has only read (GET, HEAD, OPTIONS). Default: two minutes.
    /// </summary>
    public TimeSpan? Idle { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Without a request, on a connection that has made a call (POST and so on). Default: no limit, because clients of the v1 APIs
    /// keep a connection for their calls and take its end for that of the master or agent.
    /// </summary>
    public TimeSpan? IdleAfterCall { get; init; }

    /// <summary>Without a byte taken of an answer that is being written, streams included. Default: one minute.</summary>
    public TimeSpan? AnswerStall { get; init; } = TimeSpan.FromMinutes(1);
}
