using LibProcess.Events;
using LibProcess.Futures;
using LibProcess.Http;
using LibProcess.Http.Authentication;

namespace LibProcess.Processes;

// How a request comes to its handler: authenticated, authorized, and in order of arrival.
public abstract partial class ProcessBase
{
    // Done once every request that came so far has been handed to its handler or refused.
    private Task admitted = Task.CompletedTask;

    private void Serve(HttpExchange exchange)
    {
        HttpRequest request = exchange.Request;
        if (routes is null || !routes.TryFind(exchange.RelativePath, out HttpRoute? route))
        {
            exchange.Complete(assets?.Find(exchange.RelativePath) ?? HttpResponse.NotFound());
            return;
        }

        if (request.Body.Length > (route.Options.MaxBodyBytes ?? long.MaxValue) && !route.Options.StreamsRequest)
        {
            // The route did not exist yet when the head came.
            exchange.Complete(HttpResponse.TooLarge());
            return;
        }

        if (route.Options.StreamsRequest)
        {
            request.StreamBody();
        }

        IHttpAuthenticator? authenticator = Manager.Authenticators.Find(route.Options.Realm);
        bool asks = Manager.Authorizations.TryFind(Self.Id, route, out HttpAuthorization? authorization);
        if (authenticator is null && !asks && admitted.IsCompleted)
        {
            Call(exchange, route);
            return;
        }

        var done = new Promise<bool>();
        Task previous = admitted;
        admitted = done.Task;
        _ = AdmitAsync(exchange, route, authenticator, authorization, previous, done);
    }

    /// <remarks>
    /// Upstream: the sequence <c>__auth_handlers__</c> of <c>ProcessBase::_consume</c> in 3rdparty/libprocess/src/process.cpp. As
    /// there, requests are authenticated side by side, and those that need no authentication wait for those before them.
    /// </remarks>
    private async Task AdmitAsync(
        HttpExchange exchange,
        HttpRoute route,
        IHttpAuthenticator? authenticator,
        HttpAuthorization? authorization,
        Task previous,
        Promise<bool> done)
    {
        try
        {
            HttpResponse? refusal = await ExamineAsync(exchange.Request, route, authenticator, authorization);
            await previous;
            if (ended)
            {
                exchange.Abandon();
            }
            else if (refusal is not null)
            {
                Manager.RequestsDenied.Increment();
                exchange.Complete(refusal);
            }
            else
            {
                Call(exchange, route);
            }
        }
        catch (Exception exception)
        {
            if (ended)
            {
                exchange.Abandon();
            }
            else
            {
                // What decides about requests may depend on others: that it fails is no fault of this process.
                Manager.AdmissionFailed(Self.Id, exchange.Request.Path, exception);
                exchange.Complete(HttpResponse.InternalServerError(
                    exception is OperationCanceledException ? "discarded future" : exception.Message));
            }

            await previous;
        }
        finally
        {
            done.TrySet(true);
        }
    }

    /// <returns>The refusal, or null.</returns>
    private async Task<HttpResponse?> ExamineAsync(
        HttpRequest request, HttpRoute route, IHttpAuthenticator? authenticator, HttpAuthorization? authorization)
    {
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(Terminated, request.Aborted);
        Principal? principal = null;
        if (authenticator is not null)
        {
            AuthenticationResult result = await authenticator.AuthenticateAsync(request, gone.Token).AsTask().WaitAsync(gone.Token)
                ?? throw new InvalidOperationException($"The authenticator of the realm '{route.Options.Realm}' gave no result");
            if ((result.Unauthorized ?? result.Forbidden) is { } refusal)
            {
                return refusal;
            }

            principal = result.Principal;
        }

        request.Authenticated(principal);
        if (authorization is not null && !await authorization(request, principal).AsTask().WaitAsync(gone.Token))
        {
            return HttpResponse.Forbidden();
        }

        return null;
    }

    private void Call(HttpExchange exchange, HttpRoute route)
    {
        ValueTask<HttpResponse> answer;
        try
        {
            answer = route.Handler(exchange.Request);
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
        if (exception is not HttpBodyException)
        {
            Fault(EventKind.Http, exchange.Request.Path, exception);
        }
    }
}
