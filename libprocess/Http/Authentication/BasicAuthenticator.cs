using System.Security.Cryptography;
using System.Text;

namespace LibProcess.Http.Authentication;

/// <summary>Basic authentication with a fixed list of users.</summary>
/// <remarks>
/// Upstream: <c>BasicAuthenticator</c> in 3rdparty/libprocess/src/authenticator.cpp. Strict as there: the header has exactly two
/// parts with one blank between them, <c>Basic</c> is compared with its case, and user and password have exactly one colon between
/// them, so a password with a colon never matches. Passwords are compared in a time that does not depend on them.
/// </remarks>
public sealed class BasicAuthenticator : IHttpAuthenticator
{
    private static readonly byte[] Nobody = new byte[SHA256.HashSizeInBytes];

    private readonly string challenge;
    private readonly Dictionary<string, byte[]> digests;

    /// <summary>Creates the authenticator.</summary>
    /// <param name="realm">The realm that clients are told.</param>
    /// <param name="credentials">Passwords by user.</param>
    public BasicAuthenticator(string realm, IReadOnlyDictionary<string, string> credentials)
    {
        ArgumentNullException.ThrowIfNull(realm);
        ArgumentNullException.ThrowIfNull(credentials);
        challenge = $"Basic realm=\"{Challenge.Quote(realm)}\"";
        digests = credentials.ToDictionary(pair => pair.Key, pair => Digest(pair.Value), StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public string Scheme => "Basic";

    /// <inheritdoc/>
    public ValueTask<AuthenticationResult> AuthenticateAsync(HttpRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ValueTask.FromResult(Authenticate(request.Headers["Authorization"]) is { } user
            ? AuthenticationResult.Success(new Principal(user))
            : AuthenticationResult.Challenge(HttpResponse.Unauthorized([challenge])));
    }

    private string? Authenticate(string? header)
    {
        string[] parts = header?.Split(' ') ?? [];
        if (parts.Length != 2 || parts[0] != "Basic" || Decode(parts[1]) is not { } text)
        {
            return null;
        }

        string[] pair = text.Split(':');
        if (pair.Length != 2)
        {
            return null;
        }

        // A user that does not exist takes as long as one that does.
        bool exists = digests.TryGetValue(pair[0], out byte[]? expected);
        bool matches = CryptographicOperations.FixedTimeEquals(expected ?? Nobody, Digest(pair[1]));
        return exists && matches ? pair[0] : null;
    }

    private static string? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out int length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }

    private static byte[] Digest(string password) => SHA256.HashData(Encoding.UTF8.GetBytes(password));
}
