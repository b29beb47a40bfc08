using System.Collections.Concurrent;

namespace LibProcess.Http.Authentication;

/// <summary>The authenticators of a node, one for each realm. They may change while the node runs. Any thread.</summary>
/// <remarks>
/// Upstream: 3rdparty/libprocess/src/authenticator_manager.cpp. A realm without authenticator lets requests pass without a
/// principal.
/// </remarks>
public sealed class HttpAuthenticators
{
    private readonly ConcurrentDictionary<string, IHttpAuthenticator> realms = new(StringComparer.Ordinal);

    internal HttpAuthenticators()
    {
    }

    /// <summary>Sets the authenticator of a realm, or replaces it.</summary>
    public void Set(string realm, IHttpAuthenticator authenticator)
    {
        ArgumentNullException.ThrowIfNull(realm);
        ArgumentNullException.ThrowIfNull(authenticator);
        realms[realm] = authenticator;
    }

    /// <summary>Takes the authenticator of a realm away.</summary>
    /// <returns>False where there was none.</returns>
    public bool Unset(string realm) => realms.TryRemove(realm, out _);

    internal IHttpAuthenticator? Find(string? realm) => realm is null ? null : realms.GetValueOrDefault(realm);
}
