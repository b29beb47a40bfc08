using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace LibProcess.Http.Authentication;

/// <summary>Decides whether a request may reach its handler.</summary>
/// <remarks>Called in the process of the route; must not block. Where it fails, the answer to the request is 500.</remarks>
/// <param name="request">The request.</param>
/// <param name="principal">Who sends it, or null where that was not asked.</param>
/// <returns>False answers 403.</returns>
public delegate ValueTask<bool> HttpAuthorization(HttpRequest request, Principal? principal);

/// <summary>
/// The authorization callbacks of a node by endpoint, such as <c>/metrics/snapshot</c>: the id of a process and the path of one of
/// its routes. Any thread.
/// </summary>
/// <remarks>Upstream: <c>authorization::setCallbacks</c> in 3rdparty/libprocess/src/process.cpp.</remarks>
public sealed class HttpAuthorizations
{
    // Read for every request, changed hardly ever.
    private ImmutableDictionary<string, HttpAuthorization> callbacks = ImmutableDictionary.Create<string, HttpAuthorization>(StringComparer.Ordinal);

    internal HttpAuthorizations()
    {
    }

    /// <summary>Asks a callback about all requests for a route, or replaces the one that is asked.</summary>
    /// <param name="endpoint">
    /// <c>/&lt;id&gt;/&lt;route&gt;</c>, the id as it is and not escaped; the route as it was registered, not as it was requested.
    /// </param>
    /// <param name="callback">The callback.</param>
    /// <exception cref="ArgumentException">The endpoint does not start with a slash.</exception>
    public void Set(string endpoint, HttpAuthorization callback)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(callback);
        if (!endpoint.StartsWith('/'))
        {
            throw new ArgumentException($"The endpoint '{endpoint}' must start with '/'", nameof(endpoint));
        }

        ImmutableInterlocked.Update(ref callbacks, known => known.SetItem(endpoint.TrimEnd('/'), callback));
    }

    /// <summary>Asks nobody any more about requests for a route.</summary>
    /// <returns>False where nobody was asked.</returns>
    public bool Unset(string endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return ImmutableInterlocked.TryRemove(ref callbacks, endpoint.TrimEnd('/'), out _);
    }

    internal bool TryFind(string id, HttpRoute route, [NotNullWhen(true)] out HttpAuthorization? callback)
    {
        callback = null;
        ImmutableDictionary<string, HttpAuthorization> known = Volatile.Read(ref callbacks);
        return !known.IsEmpty && known.TryGetValue(route.Endpoint(id), out callback);
    }
}
