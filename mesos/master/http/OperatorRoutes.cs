using System.Text;
using LibProcess.Http;
using Mesos.Master.Agents;
using Mesos.Master.Authorization;
using Mesos.Master.Frameworks;
using Mesos.Master.State;

namespace Mesos.Master.Http;

/// <summary>What operators change, and where the leader is.</summary>
/// <remarks>Upstream: src/master/http.cpp.</remarks>
internal sealed class OperatorRoutes(IMasterContext context, MasterState state, FrameworkRemoval removal, Permissions permissions)
{
    /// <summary>Says that this master leads, in a form that works with any scheme.</summary>
    public HttpResponse Redirect() => HttpResponse.TemporaryRedirect($"//{context.Info.Hostname}:{context.Info.Port}");

    /// <summary>The form in which operators hear what became of their wish.</summary>
    public static HttpResponse Answer(OperatorAnswer answer) => answer.Result switch
    {
        OperatorResult.Done => HttpResponse.Ok(),
        OperatorResult.Invalid => HttpResponse.BadRequest(answer.Message),
        OperatorResult.Forbidden => HttpResponse.Forbidden(),
        OperatorResult.NotFound => HttpResponse.NotFound(answer.Message),
        OperatorResult.Conflict => HttpResponse.Conflict(answer.Message),
        _ => HttpResponse.ServiceUnavailable(answer.Message),
    };

    public async ValueTask<HttpResponse> Teardown(HttpRequest request)
    {
        if (request.Method != "POST")
        {
            return HttpResponse.MethodNotAllowed(["POST"], request.Method);
        }

        if (!FormBody.TryGet(Encoding.UTF8.GetString(request.Body.Span), "frameworkId", out string? id))
        {
            return HttpResponse.BadRequest("Missing 'frameworkId' query parameter in the request body");
        }

        if (state.Frameworks.Find(id) is not { } framework)
        {
            return HttpResponse.BadRequest("No framework found with specified ID");
        }

        if (await permissions.RefusalAsync(request.Principal?.Value, [AuthorizationRequests.ForTeardown(framework.Info)]) is not null)
        {
            return HttpResponse.Forbidden();
        }

        // It may have ended by itself while the authorizer was asked.
        if (state.Frameworks.Find(id) == framework)
        {
            removal.Teardown(framework);
        }

        return HttpResponse.Ok();
    }

    /// <summary>A route of the original that this master does not have yet.</summary>
    public static HttpResponse NotBuilt(HttpRequest request) =>
        HttpResponse.NotImplemented($"{request.Path} is not built yet in this master; use the libprocess messages and the JSON endpoints.");
}
