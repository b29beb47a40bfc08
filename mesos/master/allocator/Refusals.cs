using Mesos.Common;

namespace Mesos.Master.Allocator;

/// <summary>What a framework refused for a while, by role and agent.</summary>
/// <remarks>Upstream: <c>RefusedOfferFilter</c> in hierarchical.cpp. A refusal hides what is no more than what was refused.</remarks>
internal sealed class Refusals
{
    private readonly Dictionary<(string Role, string Agent), List<Refusal>> refusals = [];

    public void Add(string role, string agentId, Resources refused, DateTimeOffset until)
    {
        if (!refusals.TryGetValue((role, agentId), out List<Refusal>? list))
        {
            refusals[(role, agentId)] = list = [];
        }

        list.Add(new Refusal(refused, until));
    }

    /// <summary>Whether these resources of an agent are not wanted now.</summary>
    /// <param name="role">The role they would be offered in.</param>
    /// <param name="agentId">The agent.</param>
    /// <param name="resources">In unallocated form.</param>
    /// <param name="now">Refusals that ended before now are forgotten; one that ends in a pass still holds in it.</param>
    public bool Hide(string role, string agentId, Resources resources, DateTimeOffset now)
    {
        if (!refusals.TryGetValue((role, agentId), out List<Refusal>? list))
        {
            return false;
        }

        list.RemoveAll(refusal => refusal.Until < now);
        if (list.Count == 0)
        {
            refusals.Remove((role, agentId));
            return false;
        }

        return list.Exists(refusal => refusal.Resources.Contains(resources));
    }

    /// <summary>Forgets what was refused in these roles; in all where none is named.</summary>
    public void Clear(IReadOnlySet<string> roles) => Remove(key => roles.Count == 0 || roles.Contains(key.Role));

    public void ForgetAgent(string agentId) => Remove(key => key.Agent == agentId);

    private void Remove(Func<(string Role, string Agent), bool> condition)
    {
        foreach ((string Role, string Agent) key in refusals.Keys.Where(condition).ToArray())
        {
            refusals.Remove(key);
        }
    }

    private sealed record Refusal(Resources Resources, DateTimeOffset Until);
}
