using Mesos.Common.Roles;
using Mesos.Master.Allocator;
using Mesos.Master.Frameworks;
using Mesos.Master.State;
using Mesos.Proto;

namespace Mesos.Master.Offers;

/// <summary>Frameworks that want no offers for now, and those that want them again.</summary>
/// <remarks>Upstream: <c>Master::suppress</c>, <c>revive</c>, <c>request</c> in src/master/master.cpp. One wrong role and the whole call is dropped.</remarks>
internal sealed class SuppressRevive(IMasterContext context, IAllocator allocator)
{
    public void OnSuppress(Framework framework, IEnumerable<string> roles)
    {
        context.Metrics.MessagesSuppressOffers.Increment();
        if (Check(framework, roles, "SUPPRESS") is { } accepted)
        {
            framework.Metrics?.Suppress(accepted, suppressed: true);
            allocator.SuppressOffers(framework.Id, accepted);
        }
    }

    public void OnRevive(Framework framework, IEnumerable<string> roles)
    {
        context.Metrics.MessagesReviveOffers.Increment();
        if (Check(framework, roles, "REVIVE") is { } accepted)
        {
            framework.Metrics?.Suppress(accepted, suppressed: false);
            allocator.ReviveOffers(framework.Id, accepted);
        }
    }

    public void OnRequest(Framework framework, IReadOnlyList<Request> requests)
    {
        context.Metrics.MessagesResourceRequest.Increment();
        allocator.RequestResources(framework.Id, requests);
    }

    private HashSet<string>? Check(Framework framework, IEnumerable<string> roles, string call)
    {
        HashSet<string> accepted = new(StringComparer.Ordinal);
        foreach (string role in roles)
        {
            string? problem = RoleNames.Validate(role)
                ?? (framework.Roles.Contains(role) ? null : $"role '{role}' is not one of the framework's subscribed roles");
            if (problem is not null)
            {
                context.Metrics.DroppedCalls.Increment();
                context.Logger.CallDropped(call, framework.Id, problem);
                return null;
            }

            accepted.Add(role);
        }

        return accepted;
    }
}
