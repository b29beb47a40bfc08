using Mesos.Common;
using Mesos.Proto;

namespace Mesos.Master.State;

/// <summary>A resource provider of an agent, as the agent reported it last.</summary>
/// <param name="Info">What it says of itself.</param>
/// <param name="Total">What it provides; part of the agent's total.</param>
/// <param name="Version">Names the state of its resources.</param>
/// <param name="Operations">What it reported as under way or ended, as it was reported.</param>
internal sealed record AgentProvider(ResourceProviderInfo Info, Resources Total, UUID? Version, IReadOnlyList<Operation> Operations);
