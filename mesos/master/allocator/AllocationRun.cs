using Mesos.Common;

namespace Mesos.Master.Allocator;

/// <summary>
/// One allocation pass: agent by agent, the free resources go to the framework with the smallest dominant share of the role with
/// the smallest dominant share that may have them. Same state, same result.
/// </summary>
/// <remarks>
/// Upstream: <c>__allocate</c> in src/master/allocator/mesos/hierarchical.cpp, which shuffles the agents; here they keep their
/// order. Roles are compared each for itself, not along their hierarchy; quota is not built.
/// </remarks>
internal sealed class AllocationRun(AllocatorState state, AllocatorOptions options, DateTimeOffset now)
{
    private readonly Dictionary<string, Dictionary<string, Dictionary<string, Resources>>> result = new(StringComparer.Ordinal);

    /// <returns>What each framework gets, by role, then by agent.</returns>
    public IReadOnlyDictionary<string, Dictionary<string, Dictionary<string, Resources>>> Over(IEnumerable<string> agentIds)
    {
        Candidate[] candidates = [.. Candidates()];
        if (candidates.Length == 0)
        {
            return result;
        }

        foreach (string agentId in agentIds)
        {
            if (state.TryFind(agentId, out AgentLedger? agent) && agent.Active && !agent.Available.IsEmpty)
            {
                Offer(agentId, agent, candidates);
            }
        }

        return result;
    }

    private IEnumerable<Candidate> Candidates() =>
        from framework in state.Frameworks.Values
        from role in framework.Roles
        where framework.Wants(role)
        select new Candidate(framework, role);

    private void Offer(string agentId, AgentLedger agent, Candidate[] candidates)
    {
        // Shares change with every allocation, so the order is made anew for every agent.
        foreach (Candidate candidate in candidates)
        {
            candidate.RoleShare = state.AllocatedIn(candidate.Role).DominantShareOf(state.Cluster) / WeightOf(candidate.Role);
            candidate.Share = candidate.Framework.AllocatedIn(candidate.Role).DominantShareOf(state.Cluster);
        }

        // A shared volume is in one offer at a time per pass.
        Resources shared = Resources.Empty;
        foreach (Candidate candidate in candidates
            .OrderBy(candidate => candidate.RoleShare)
            .ThenBy(candidate => candidate.Role, StringComparer.Ordinal)
            .ThenBy(candidate => candidate.Share))
        {
            if (!MayUse(candidate, agent) || candidate.Framework.Constraints.Excludes(candidate.Role, agent.Info))
            {
                continue;
            }

            Resources offer = Usable(candidate, agent.Available, shared);
            if (!IsWorthOffering(offer, candidate) || candidate.Framework.Filters.Hide(candidate.Role, agentId, offer, now))
            {
                continue;
            }

            shared += offer.Shared();
            Resources allocated = offer.Allocate(candidate.Role);
            state.Allocate(candidate.Framework.Id, agentId, allocated);
            Record(candidate, agentId, allocated);
            if (agent.Available.IsEmpty)
            {
                return;
            }
        }
    }

    private bool MayUse(Candidate candidate, AgentLedger agent) =>
        (agent.Capabilities.MultiRole || !candidate.Framework.Capabilities.MultiRole)
        && (agent.Capabilities.HierarchicalRole || !candidate.Role.Contains('/', StringComparison.Ordinal))
        && (!options.FilterGpuResources || !agent.HasGpus || candidate.Framework.Capabilities.GpuResources);

    private static Resources Usable(Candidate candidate, Resources available, Resources shared) =>
        available.Where(resource =>
            resource.IsAllocatableTo(candidate.Role)
            && (!resource.IsShared() || (candidate.Framework.Capabilities.SharedResources && !shared.Contains(resource)))
            && (!resource.IsRevocable() || candidate.Framework.Capabilities.RevocableResources)
            && (!resource.HasRefinedReservations() || candidate.Framework.Capabilities.ReservationRefinement));

    private bool IsWorthOffering(Resources resources, Candidate candidate)
    {
        IReadOnlyList<ResourceQuantities> minimums = candidate.Framework.MinimumsIn(candidate.Role) ?? options.MinAllocatable;
        if (resources.IsEmpty || minimums.Count == 0)
        {
            return !resources.IsEmpty;
        }

        ResourceQuantities quantities = ResourceQuantities.From(resources);
        return minimums.Any(quantities.Contains);
    }

    private double WeightOf(string role) => options.Weights.TryGetValue(role, out double weight) && weight > 0 ? weight : 1;

    private void Record(Candidate candidate, string agentId, Resources allocated)
    {
        if (!result.TryGetValue(candidate.Framework.Id, out Dictionary<string, Dictionary<string, Resources>>? byRole))
        {
            result[candidate.Framework.Id] = byRole = new Dictionary<string, Dictionary<string, Resources>>(StringComparer.Ordinal);
        }

        if (!byRole.TryGetValue(candidate.Role, out Dictionary<string, Resources>? byAgent))
        {
            byRole[candidate.Role] = byAgent = new Dictionary<string, Resources>(StringComparer.Ordinal);
        }

        byAgent[agentId] = byAgent.TryGetValue(agentId, out Resources? before) ? before + allocated : allocated;
    }

    private sealed class Candidate(FrameworkLedger framework, string role)
    {
        public FrameworkLedger Framework => framework;

        public string Role => role;

        public double RoleShare { get; set; }

        public double Share { get; set; }
    }
}
