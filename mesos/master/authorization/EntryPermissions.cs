using LibProcess.Addressing;
using Mesos.Common;
using Mesos.Master.Frameworks;
using Mesos.Proto;
using Microsoft.Extensions.Logging;
using Request = Mesos.Proto.Authorization.Request;

namespace Mesos.Master.Authorization;

/// <summary>Whether frameworks and agents may come in. What they said is looked at only when they may, in the event of the answer.</summary>
/// <remarks>Upstream: <c>checkSubscribeAuthorization</c>, <c>_registerSlave</c>, <c>_reregisterSlave</c> in src/master/master.cpp.</remarks>
internal sealed partial class EntryPermissions(IMasterContext context, Permissions permissions, PeerAuthentication authentication)
{
    /// <summary>A framework that may not come in is told so.</summary>
    public void Framework(UPid from, FrameworkInfo info, Action enter)
    {
        if (permissions.Unlimited)
        {
            enter();
            return;
        }

        context.Run(AskAsync, nameof(Framework));

        async Task AskAsync()
        {
            Request request = AuthorizationRequests.ForFramework(info);
            string? principal = authentication.PrincipalOf(from) ?? (info.HasPrincipal ? info.Principal : null);
            if (await permissions.RefusalAsync(principal, [request]) is null)
            {
                enter();
                return;
            }

            string what = AuthorizationRequests.Describe(request);
            LogRefused(context.Logger, from, what);
            context.SendError(from, $"Not authorized to {what}");
        }
    }

    /// <summary>An agent that may not come in hears nothing and asks again.</summary>
    public async Task AgentAsync(UPid from, SlaveInfo info, Func<Task> enter)
    {
        if (!permissions.Unlimited)
        {
            SlaveInfo asked = info.Clone();
            ResourceFormat.UpgradeAll(asked);
            if (await permissions.RefusalAsync(authentication.PrincipalOf(from), AuthorizationRequests.ForAgent(asked)) is { } refusal)
            {
                LogRefused(context.Logger, from, refusal);
                return;
            }
        }

        await enter();
    }

    [LoggerMessage(2702, LogLevel.Warning, "Refused {From}: {Reason}")]
    private static partial void LogRefused(ILogger logger, UPid from, string reason);
}
