namespace LibProcess.Http;

/// <summary>A route of a process.</summary>
/// <param name="Path">Starts with <c>/</c>; empty for the one that takes the rest.</param>
/// <param name="Help">Text for <c>/help</c>, or null.</param>
/// <param name="Options">What it asks for.</param>
/// <param name="Handler">Called in the process.</param>
internal sealed record HttpRoute(string Path, RouteHelp? Help, RouteOptions Options, Func<HttpRequest, ValueTask<HttpResponse>> Handler)
{
    /// <summary>The path under which authorization and firewall know the route: <c>/&lt;id&gt;/&lt;route&gt;</c>.</summary>
    public string Endpoint(string id) => "/" + id + Path.TrimEnd('/');
}
