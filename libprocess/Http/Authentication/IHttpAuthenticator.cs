namespace LibProcess.Http.Authentication;

/// <summary>Finds out who sends a request.</summary>
/// <remarks>
/// Upstream: <c>Authenticator</c> in 3rdparty/libprocess/include/process/authenticator.hpp. Called in the process of the route,
/// for several requests at a time and from several processes; it must not block.
/// </remarks>
public interface IHttpAuthenticator
{
    /// <summary>The name of the scheme, such as <c>Basic</c>; several are separated by blanks.</summary>
    string Scheme { get; }

    /// <summary>Examines the headers of a request. Where it fails, the answer to the request is 500.</summary>
    /// <param name="request">The request; on a route that streams its body has not come yet.</param>
    /// <param name="cancellation">Cancelled when the client or the process is gone.</param>
    ValueTask<AuthenticationResult> AuthenticateAsync(HttpRequest request, CancellationToken cancellation);
}
