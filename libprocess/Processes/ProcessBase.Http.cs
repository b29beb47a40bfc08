using LibProcess.Events;
using LibProcess.Http;

namespace LibProcess.Processes;

// HTTP routes of the process.
public abstract partial class ProcessBase
{
    private RouteTable? routes;

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
    protected void Route(string path, RouteHelp? help, Func<HttpRequest, ValueTask<HttpResponse>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        RouteTable table = routes ?? new RouteTable();
        table.Add(path, help, handler);
        Volatile.Write(ref routes, table);
    }

    /// <summary>Serves a route whose answer is there at once.</summary>
    protected void Route(string path, RouteHelp? help, Func<HttpRequest, HttpResponse> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Route(path, help, request => ValueTask.FromResult(handler(request)));
    }

    /// <summary>
    /// Serves every path of this process that no route matches, <c>/&lt;id&gt;</c> itself included. Such paths do not appear in
    /// <c>/help</c>.
    /// </summary>
    /// <param name="handler">An exception or cancellation answers 500.</param>
    /// <exception cref="ArgumentException">There is such a handler already.</exception>
    protected void RouteRest(Func<HttpRequest, ValueTask<HttpResponse>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        RouteTable table = routes ?? new RouteTable();
        table.AddRest(handler);
        Volatile.Write(ref routes, table);
    }

    private void Serve(HttpExchange exchange)
    {
        if (routes is null || !routes.TryFind(exchange.RelativePath, out Func<HttpRequest, ValueTask<HttpResponse>>? handler))
        {
            exchange.Complete(HttpResponse.NotFound());
            return;
        }

        ValueTask<HttpResponse> answer;
        try
        {
            answer = handler(exchange.Request);
        }
        catch (Exception exception)
        {
            ServeFailed(exchange, exception);
            return;
        }

        if (answer.IsCompletedSuccessfully)
        {
            exchange.Complete(answer.GetAwaiter().GetResult());
        }
        else
        {
            _ = ServeSlow(exchange, answer);
        }
    }

    private async Task ServeSlow(HttpExchange exchange, ValueTask<HttpResponse> answer)
    {
        try
        {
            exchange.Complete(await answer);
        }
        catch (Exception exception)
        {
            ServeFailed(exchange, exception);
        }
    }

    private void ServeFailed(HttpExchange exchange, Exception exception)
    {
        if (exception is OperationCanceledException)
        {
            exchange.Complete(HttpResponse.InternalServerError("discarded future"));
            return;
        }

        exchange.Complete(HttpResponse.InternalServerError(exception.Message));
        Fault(EventKind.Http, exchange.Request.Path, exception);
    }
}
