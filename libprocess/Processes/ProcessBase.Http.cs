using LibProcess.Http;
using LibProcess.Http.Files;

namespace LibProcess.Processes;

// HTTP routes and files of the process.
public abstract partial class ProcessBase
{
    private RouteTable? routes;
    private AssetTable? assets;

    /// <summary>The routes of this process; null where it has none. Read by other threads for help.</summary>
    internal RouteTable? Routes => Volatile.Read(ref routes);

    /// <summary>
    /// Serves <c>/&lt;id&gt;&lt;path&gt;</c> and what lies below it, unless a longer route matches. The handler runs in the
    /// process; requests are started in order of arrival.
    /// </summary>
    /// <param name="path">Starts with <c>/</c> and does not end with it; <c>/</c> alone serves the process itself only.</param>
    /// <param name="help">Text for <c>/help</c>; null keeps the route off that page.</param>
    /// <param name="handler">An exception or cancellation answers 500.</param>
    /// <exception cref="ArgumentException">The path is malformed or taken.</exception>
    protected void Route(string path, RouteHelp? help, Func<HttpRequest, ValueTask<HttpResponse>> handler) =>
        Route(path, help, RouteOptions.Default, handler);

    /// <summary>Serves a route whose answer is there at once.</summary>
    protected void Route(string path, RouteHelp? help, Func<HttpRequest, HttpResponse> handler) =>
        Route(path, help, RouteOptions.Default, handler);

    /// <summary>Serves a route with a realm, a limit of its own on bodies, or bodies that are read while they arrive.</summary>
    /// <param name="path">Starts with <c>/</c> and does not end with it; <c>/</c> alone serves the process itself only.</param>
    /// <param name="help">Text for <c>/help</c>; null keeps the route off that page.</param>
    /// <param name="options">What the route asks for.</param>
    /// <param name="handler">
    /// An exception or cancellation answers 500. Where requests must be authenticated or authorized first, handlers still start
    /// in the order in which the requests arrived at the process.
    /// </param>
    /// <exception cref="ArgumentException">The path is malformed or taken.</exception>
    protected void Route(string path, RouteHelp? help, RouteOptions options, Func<HttpRequest, ValueTask<HttpResponse>> handler)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handler);
        RouteTable table = routes ?? new RouteTable();
        table.Add(new HttpRoute(path, help, options, handler));
        Volatile.Write(ref routes, table);
    }

    /// <summary>Serves a route with options whose answer is there at once.</summary>
    protected void Route(string path, RouteHelp? help, RouteOptions options, Func<HttpRequest, HttpResponse> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Route(path, help, options, request => ValueTask.FromResult(handler(request)));
    }

    /// <summary>
    /// Serves every path of this process that no route matches, <c>/&lt;id&gt;</c> itself included. Such paths do not appear in
    /// <c>/help</c>.
    /// </summary>
    /// <param name="handler">An exception or cancellation answers 500.</param>
    /// <param name="options">What the route asks for; null for nothing.</param>
    /// <exception cref="ArgumentException">There is such a handler already.</exception>
    protected void RouteRest(Func<HttpRequest, ValueTask<HttpResponse>> handler, RouteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        RouteTable table = routes ?? new RouteTable();
        table.AddRest(new HttpRoute(string.Empty, null, options ?? RouteOptions.Default, handler));
        Volatile.Write(ref routes, table);
    }

    /// <summary>
    /// Serves a file, or a directory with all that is in it, at <c>/&lt;id&gt;/&lt;name&gt;</c> where no route matches: further
    /// components of the path are appended. The type goes by the extension of the file. What is not there, and what is a
    /// directory, answers 404.
    /// </summary>
    /// <remarks>
    /// Upstream: <c>provide()</c> in 3rdparty/libprocess/include/process/process.hpp. Nobody gets out of the directory with
    /// <c>..</c>, escaped or not. Links inside of it are followed as far as they stay inside; one that leads out is 404.
    /// </remarks>
    /// <param name="name">One component of a path; empty for <c>/&lt;id&gt;</c> itself.</param>
    /// <param name="path">The file or directory.</param>
    /// <param name="linksMayLeave">Whether links are followed wherever they lead, as upstream; no by default.</param>
    /// <exception cref="ArgumentException">The name has a slash or is taken.</exception>
    protected void Provide(string name, string path, bool linksMayLeave = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentException.ThrowIfNullOrEmpty(path);
        (assets ??= new AssetTable()).Add(name, path, linksMayLeave);
    }
}
