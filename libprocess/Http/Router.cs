using System.Diagnostics.CodeAnalysis;
using LibProcess.Processes;

namespace LibProcess.Http;

/// <summary>Finds the process for a request: the first component of the path names it, or else the delegate serves the path.</summary>
/// <remarks>Upstream: <c>ProcessManager::handle</c> in 3rdparty/libprocess/src/process.cpp.</remarks>
internal sealed class Router(ProcessManager manager, string? @delegate)
{
    public ValueTask<HttpResponse> HandleAsync(HttpRequest request)
    {
        string path = request.Path;
        if (!path.StartsWith('/'))
        {
            return ValueTask.FromResult(HttpResponse.BadRequest("Request URL path must start with '/'"));
        }

        if (path.Contains("/..", StringComparison.Ordinal) || !TryFind(path.Trim('/'), out ProcessBase? process, out string? rest))
        {
            return ValueTask.FromResult(HttpResponse.NotFound());
        }

        var exchange = new HttpExchange(request, rest);
        process.EnqueueHttp(exchange);
        return new ValueTask<HttpResponse>(exchange.Response);
    }

    private bool TryFind(string path, [NotNullWhen(true)] out ProcessBase? process, [NotNullWhen(true)] out string? rest)
    {
        int slash = path.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? path : path[..slash];
        if (first.Length > 0 && PercentEncoding.TryDecode(first, out string? id) && manager.TryFind(id, out process))
        {
            rest = slash < 0 ? string.Empty : path[(slash + 1)..].TrimStart('/');
            return true;
        }

        rest = path;
        process = null;
        return @delegate is not null && manager.TryFind(@delegate, out process);
    }
}
