namespace LibProcess.Http.Authentication;

/// <summary>Bearer authentication with JSON web tokens that are signed with HS256.</summary>
/// <remarks>
/// Upstream: 3rdparty/libprocess/src/jwt_authenticator.cpp. The claims of the token become those of the principal, which has no
/// value. A request without credentials is told the realm alone, any other also what is wrong with it (RFC 6750, 3.1).
/// </remarks>
public sealed class JwtAuthenticator : IHttpAuthenticator
{
    private readonly string realm;
    private readonly byte[] secret;
    private readonly TimeProvider clock;
    private readonly bool requireExpiry;

    /// <summary>Creates the authenticator.</summary>
    /// <param name="realm">The realm that clients are told.</param>
    /// <param name="secret">The key of the signatures.</param>
    /// <param name="clock">Tells whether a token has expired.</param>
    /// <param name="requireExpiry">Whether a token without <c>exp</c> is refused; the original accepts it, and its executors' have none.</param>
    public JwtAuthenticator(string realm, ReadOnlyMemory<byte> secret, TimeProvider clock, bool requireExpiry = false)
    {
        ArgumentNullException.ThrowIfNull(realm);
        ArgumentNullException.ThrowIfNull(clock);
        this.realm = $"Bearer realm=\"{Challenge.Quote(realm)}\"";
        this.secret = secret.ToArray();
        this.clock = clock;
        this.requireExpiry = requireExpiry;
    }

    /// <inheritdoc/>
    public string Scheme => "Bearer";

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateAsync(HttpRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ValueTask.FromResult(Authenticate(request.Headers["Authorization"]));
    }

    private AuthenticationResult Authenticate(string? header)
    {
        if (header is null)
        {
            return AuthenticationResult.Challenge(HttpResponse.Unauthorized([realm]));
        }

        string[] parts = header.Split(' ');
        if (parts.Length != 2)
        {
            return Invalid("Malformed 'Authorization' header");
        }

        if (parts[0] != "Bearer")
        {
            return Invalid($"Scheme '{parts[0]}' unsupported");
        }

        if (!JsonWebToken.TryRead(parts[1], secret, clock.GetUtcNow(), requireExpiry, out JsonWebToken? token, out string? error))
        {
            return Invalid("Invalid JWT: " + error);
        }

        return token.Claims.Count == 0 ? Invalid("JWT claims missing") : AuthenticationResult.Success(new Principal(null, token.Claims));
    }

    private AuthenticationResult Invalid(string description) => AuthenticationResult.Challenge(HttpResponse.Unauthorized(
        [$"{realm}, error=\"invalid_token\", error_description=\"{Challenge.Quote(description)}\""]));
}
