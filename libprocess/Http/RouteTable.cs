using System.Diagnostics.CodeAnalysis;

namespace LibProcess.Http;

/// <summary>The routes of one process: the longest registered prefix of whole path components wins.</summary>
/// <remarks>
/// Upstream: <c>ProcessBase::consume(HttpEvent)</c> in 3rdparty/libprocess/src/process.cpp. Changed by its process only; what it
/// holds is replaced, never changed, so other threads may read it: connections do when the head of a request is there.
/// </remarks>
internal sealed class RouteTable
{
    private Dictionary<string, HttpRoute> routes = new(StringComparer.Ordinal);
    private HttpRoute[] listed = [];
    private HttpRoute? rest;

    /// <summary>The routes, in order of registration.</summary>
    public IReadOnlyList<HttpRoute> Listed => Volatile.Read(ref listed);

    public void Add(HttpRoute route)
    {
        string path = route.Path;
        if (!path.StartsWith('/') || (path.Length > 1 && path.EndsWith('/')))
        {
            throw new ArgumentException($"The route '{path}' must start with '/' and must not end with it", nameof(route));
        }

        var more = new Dictionary<string, HttpRoute>(routes, StringComparer.Ordinal);
        if (!more.TryAdd(path.Trim('/'), route))
        {
            throw new ArgumentException($"The route '{path}' exists already", nameof(route));
        }

        Volatile.Write(ref routes, more);
        Volatile.Write(ref listed, [.. listed, route]);
    }

    /// <summary>Takes every path for which there is no route.</summary>
    public void AddRest(HttpRoute route)
    {
        if (rest is not null)
        {
            throw new ArgumentException("There is a route for the rest already", nameof(route));
        }

        Volatile.Write(ref rest, route);
    }

    public bool TryFind(string relativePath, [NotNullWhen(true)] out HttpRoute? route)
    {
        Dictionary<string, HttpRoute> known = Volatile.Read(ref routes);
        string path = relativePath;
        while (!known.TryGetValue(path, out route))
        {
            int slash = path.LastIndexOf('/');
            if (slash < 0)
            {
                // The route "/" serves only the process itself.
                route = relativePath.Length == 0 ? known.GetValueOrDefault(string.Empty) ?? rest : Volatile.Read(ref rest);
                return route is not null;
            }

            path = path[..slash];
        }

        return true;
    }
}
