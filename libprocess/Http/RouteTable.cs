using System.Diagnostics.CodeAnalysis;

namespace LibProcess.Http;

/// <summary>The routes of one process: the longest registered prefix of whole path components wins.</summary>
/// <remarks>
/// Upstream: <c>ProcessBase::consume(HttpEvent)</c> in 3rdparty/libprocess/src/process.cpp. Changed by its process only; the
/// list for help is replaced, never changed, so other threads may read it.
/// </remarks>
internal sealed class RouteTable
{
    private readonly Dictionary<string, Func<HttpRequest, ValueTask<HttpResponse>>> handlers = new(StringComparer.Ordinal);
    private (string Path, RouteHelp? Help)[] listed = [];
    private Func<HttpRequest, ValueTask<HttpResponse>>? rest;

    /// <summary>Paths with their help, in order of registration.</summary>
    public IReadOnlyList<(string Path, RouteHelp? Help)> Listed => Volatile.Read(ref listed);

    public void Add(string path, RouteHelp? help, Func<HttpRequest, ValueTask<HttpResponse>> handler)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!path.StartsWith('/') || (path.Length > 1 && path.EndsWith('/')))
        {
            throw new ArgumentException($"The route '{path}' must start with '/' and must not end with it", nameof(path));
        }

        if (!handlers.TryAdd(path.Trim('/'), handler))
        {
            throw new ArgumentException($"The route '{path}' exists already", nameof(path));
        }

        Volatile.Write(ref listed, [.. listed, (path, help)]);
    }

    /// <summary>Takes every path for which there is no route.</summary>
    public void AddRest(Func<HttpRequest, ValueTask<HttpResponse>> handler)
    {
        if (rest is not null)
        {
            throw new ArgumentException("There is a route for the rest already", nameof(handler));
        }

        rest = handler;
    }

    public bool TryFind(string relativePath, [NotNullWhen(true)] out Func<HttpRequest, ValueTask<HttpResponse>>? handler)
    {
        string path = relativePath;
        while (!handlers.TryGetValue(path, out handler))
        {
            int slash = path.LastIndexOf('/');
            if (slash < 0)
            {
                // The route "/" serves only the process itself.
                handler = relativePath.Length == 0 ? handlers.GetValueOrDefault(string.Empty, rest!) : rest;
                return handler is not null;
            }

            path = path[..slash];
        }

        return true;
    }
}
