namespace LibProcess.Http.Authentication;

/// <summary>What an authenticator came to: exactly one of a principal, a 401 with a challenge, and a 403 without.</summary>
/// <remarks>Upstream: <c>AuthenticationResult</c> in 3rdparty/libprocess/include/process/authenticator.hpp.</remarks>
public sealed class AuthenticationResult
{
    private AuthenticationResult(Principal? principal, HttpResponse? unauthorized, HttpResponse? forbidden)
    {
        Principal = principal;
        Unauthorized = unauthorized;
        Forbidden = forbidden;
    }

    /// <summary>Who sends the request, or null where that is not proven.</summary>
    public Principal? Principal { get; }

    /// <summary>The answer to a client that may try again with other credentials, or null.</summary>
    public HttpResponse? Unauthorized { get; }

    /// <summary>The answer to a client that need not try again, or null.</summary>
    public HttpResponse? Forbidden { get; }

    /// <summary>The request is that of a principal.</summary>
    public static AuthenticationResult Success(Principal principal)
    {
        ArgumentNullException.ThrowIfNull(principal);
        return new AuthenticationResult(principal, null, null);
    }

    /// <summary>The client is challenged.</summary>
    /// <param name="response">Status 401; see <see cref="HttpResponse.Unauthorized"/>.</param>
    public static AuthenticationResult Challenge(HttpResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentOutOfRangeException.ThrowIfNotEqual(response.Status, 401, nameof(response));
        return new AuthenticationResult(null, response, null);
    }

    /// <summary>The client is refused.</summary>
    /// <param name="response">Status 403.</param>
    public static AuthenticationResult Refuse(HttpResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentOutOfRangeException.ThrowIfNotEqual(response.Status, 403, nameof(response));
        return new AuthenticationResult(null, null, response);
    }
}
