namespace LibProcess.Http.Authentication;

/// <summary>Asks several authenticators one after the other; the first that knows the sender decides.</summary>
/// <remarks>
/// Upstream: src/authentication/http/combined_authenticator.cpp. Where none knows the sender: if any challenged, a 401 with all
/// challenges in one header, separated by commas, and all bodies; else if any refused, a 403 with all bodies; else the failures of
/// all of them.
/// </remarks>
public sealed class CombinedAuthenticator : IHttpAuthenticator
{
    private readonly IReadOnlyList<IHttpAuthenticator> authenticators;

    /// <summary>Creates the authenticator.</summary>
    /// <param name="authenticators">In the order in which they are asked; at least one.</param>
    public CombinedAuthenticator(IReadOnlyList<IHttpAuthenticator> authenticators)
    {
        ArgumentNullException.ThrowIfNull(authenticators);
        ArgumentOutOfRangeException.ThrowIfZero(authenticators.Count, nameof(authenticators));
        this.authenticators = [.. authenticators];
        Scheme = string.Join(' ', authenticators.Select(authenticator => authenticator.Scheme).Distinct().Order(StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    public string Scheme { get; }

    /// <inheritdoc/>
    public async ValueTask<AuthenticationResult> AuthenticateAsync(HttpRequest request, CancellationToken cancellation)
    {
        var attempts = new List<(string Scheme, AuthenticationResult? Result, string? Failure)>();
        foreach (IHttpAuthenticator authenticator in authenticators)
        {
            try
            {
                AuthenticationResult result = await authenticator.AuthenticateAsync(request, cancellation);
                if (result.Principal is not null)
                {
                    return result;
                }

                attempts.Add((authenticator.Scheme, result, null));
            }
            catch (Exception exception) when (!cancellation.IsCancellationRequested)
            {
                attempts.Add((authenticator.Scheme, null, exception is OperationCanceledException ? "discarded" : exception.Message));
            }
        }

        if (attempts.Any(attempt => attempt.Result?.Unauthorized is not null))
        {
            IEnumerable<string> challenges = attempts
                .Select(attempt => attempt.Result?.Unauthorized?.Headers["WWW-Authenticate"])
                .OfType<string>();
            string body = Join(attempts.Select(attempt => (attempt.Scheme, BodyOf(attempt.Result?.Unauthorized))));
            return AuthenticationResult.Challenge(HttpResponse.Unauthorized([string.Join(',', challenges)], body));
        }

        if (attempts.Any(attempt => attempt.Result?.Forbidden is not null))
        {
            string body = Join(attempts.Select(attempt => (attempt.Scheme, BodyOf(attempt.Result?.Forbidden))));
            return AuthenticationResult.Refuse(HttpResponse.Forbidden(body));
        }

        throw new InvalidOperationException(Join(attempts.Select(attempt => (attempt.Scheme, attempt.Failure ?? string.Empty))));
    }

    private static string BodyOf(HttpResponse? response) =>
        response is null ? string.Empty : System.Text.Encoding.UTF8.GetString(response.Body.Span);

    private static string Join(IEnumerable<(string Scheme, string Text)> answers) => string.Join(
        "\n\n",
        answers.Where(answer => answer.Text.Length > 0).Select(answer => $"\"{answer.Scheme}\" authenticator returned:\n{answer.Text}"));
}
