using System.Diagnostics.CodeAnalysis;
using LibProcess.Http.Firewall;
using LibProcess.Processes;

namespace LibProcess.Http;

/// <summary>Finds the process for a request: the first component of the path names it, or else the delegate serves the path.</summary>
/// <remarks>Upstream: <c>ProcessManager::handle</c> in 3rdparty/libprocess/src/process.cpp.</remarks>
internal sealed class Router(ProcessManager manager, string? @delegate)
{
    private IFirewallRule[] rules = [];

    /// <summary>What every request is asked by; replaced as a whole. Any thread.</summary>
    public IReadOnlyList<IFirewallRule> Firewall
    {
        get => Volatile.Read(ref rules);
        set => Volatile.Write(ref rules, [.. value]);
    }

    public ValueTask<HttpResponse> HandleAsync(HttpRequest request)
    {
        string path = request.Path;
        if (!path.StartsWith('/'))
        {
            return ValueTask.FromResult(HttpResponse.BadRequest("Request URL path must start with '/'"));
        }

        if (path.Contains("/..", StringComparison.Ordinal))
        {
            return ValueTask.FromResult(HttpResponse.NotFound());
        }

        bool isFound = TryFind(path.Trim('/'), out ProcessBase? process, out string rest, out bool isDelegated);
        if (rules.Length > 0 && Refuse(request, process, rest, isDelegated) is { } refusal)
        {
            return ValueTask.FromResult(refusal);
        }

        if (!isFound)
        {
            return ValueTask.FromResult(HttpResponse.NotFound());
        }

        var exchange = new HttpExchange(request, rest);
        process!.EnqueueHttp(exchange);
        return new ValueTask<HttpResponse>(exchange.Response);
    }

    /// <summary>What the route of a path asks for, as far as its process has set it up; the handling looks again.</summary>
    public RouteOptions OptionsOf(string path) =>
        path.StartsWith('/')
        && !path.Contains("/..", StringComparison.Ordinal)
        && TryFind(path.Trim('/'), out ProcessBase? process, out string rest, out _)
        && process.Routes is { } routes
        && routes.TryFind(rest, out HttpRoute? route)
            ? route.Options
            : RouteOptions.Default;

    private bool TryFind(string path, [NotNullWhen(true)] out ProcessBase? process, out string rest, out bool isDelegated)
    {
        int slash = path.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? path : path[..slash];
        isDelegated = false;
        if (first.Length > 0 && PercentEncoding.TryDecode(first, out string? id) && manager.TryFind(id, out process))
        {
            rest = slash < 0 ? string.Empty : path[(slash + 1)..].TrimStart('/');
            return true;
        }

        rest = path;
        process = null;
        isDelegated = @delegate is not null;
        return isDelegated && manager.TryFind(@delegate!, out process);
    }

    private HttpResponse? Refuse(HttpRequest request, ProcessBase? process, string rest, bool isDelegated)
    {
        var names = new List<string>(3) { isDelegated ? "/" + @delegate + (rest.Length == 0 ? string.Empty : request.Path) : request.Path };
        if (process is not null)
        {
            string id = process.Self.Id;
            string whole = string.Join('/', (string[])[string.Empty, id, .. rest.Split('/', StringSplitOptions.RemoveEmptyEntries)]);
            names.Add(whole);
            if (process.Routes is { } routes && routes.TryFind(rest, out HttpRoute? route))
            {
                names.Add(route.Endpoint(id));
            }
        }

        foreach (IFirewallRule rule in Firewall)
        {
            if (rule.Apply(request, names) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }
}
