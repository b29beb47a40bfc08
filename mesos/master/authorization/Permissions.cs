using Mesos.Common.Authorization;
using Microsoft.Extensions.Logging;
using Request = Mesos.Proto.Authorization.Request;
using Subject = Mesos.Proto.Authorization.Subject;

namespace Mesos.Master.Authorization;

/// <summary>Asks the authorizer of this master, if it has one.</summary>
/// <remarks>Upstream: <c>Master::authorize</c> in src/master/master.cpp. What was read before an answer is looked up again after it.</remarks>
internal sealed partial class Permissions(IMasterContext context)
{
    /// <summary>Everything is permitted, and nobody has to wait.</summary>
    public bool Unlimited => context.Options.Authorizer is null;

    /// <summary>Asks for several things at once.</summary>
    /// <param name="principal">Who wants it; null or empty for anybody.</param>
    /// <param name="requests">What.</param>
    /// <returns>Null when all is permitted, else what is not, in words. Resumes in an event of the master.</returns>
    public async ValueTask<string?> RefusalAsync(string? principal, IEnumerable<Request> requests)
    {
        if (context.Options.Authorizer is not { } authorizer)
        {
            return null;
        }

        string?[] problems = await Task.WhenAll(requests.Select(request => ProblemAsync(authorizer, principal, request)));
        return Array.Find(problems, problem => problem is not null);
    }

    private async Task<string?> ProblemAsync(IAuthorizer authorizer, string? principal, Request request)
    {
        string what = AuthorizationRequests.Describe(request);
        try
        {
            bool permitted = await authorizer.IsAuthorizedAsync(WithSubject(request, principal), context.Terminated);
            return permitted ? null : $"Principal '{principal}' no authorized to {what}";
        }
        catch (Exception exception) when (!context.Terminated.IsCancellationRequested)
        {
            // Who cannot be asked has not said yes.
            LogFailed(context.Logger, what, exception);
            return $"Failed to authorize principal '{principal}' to {what}: {exception.Message}";
        }
    }

    private static Request WithSubject(Request request, string? principal)
    {
        if (!string.IsNullOrEmpty(principal))
        {
            request.Subject = new Subject { Value = principal };
        }

        return request;
    }

    [LoggerMessage(2701, LogLevel.Error, "The authorizer failed to say whether somebody may {What}")]
    private static partial void LogFailed(ILogger logger, string what, Exception exception);
}
