namespace LibProcess.Http;

/// <summary>What a route asks for beside its path.</summary>
/// <remarks>Upstream: <c>RouteOptions</c> and the realm of <c>route()</c> in 3rdparty/libprocess/include/process/process.hpp.</remarks>
public sealed record RouteOptions
{
    /// <summary>Nothing beyond the path.</summary>
    public static RouteOptions Default { get; } = new();

    /// <summary>
    /// The realm in which requests are authenticated before the handler sees them; null, the default, for none. Where no
    /// authenticator is set for the realm, requests pass without a principal.
    /// </summary>
    public string? Realm { get; init; }

    /// <summary>
    /// Whether the handler is called as soon as the head of a request is there and reads the body from
    /// <see cref="HttpRequest.BodyPipe"/> while it arrives. Default: no, the whole body comes first. The limits on the length
    /// and the pace of bodies do not apply to such routes: the connection is simply not read while the handler lags.
    /// </summary>
    public bool StreamsRequest { get; init; }

    /// <summary>
    /// Bytes of a body, inflated, beyond which the answer is 413; null, the default, for that of the node
    /// (<see cref="Net.WireLimits.MaxRequestBodyBytes"/>).
    /// </summary>
    public long? MaxBodyBytes { get; init; }
}
