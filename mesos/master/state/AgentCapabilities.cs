using Mesos.Proto;

namespace Mesos.Master.State;

/// <summary>What an agent says it can do.</summary>
/// <remarks>Upstream: <c>protobuf::slave::Capabilities</c>. What follows from a missing one is said where it is asked for.</remarks>
internal sealed class AgentCapabilities
{
    private readonly HashSet<SlaveInfo.Types.Capability.Types.Type> types;

    public AgentCapabilities(IEnumerable<SlaveInfo.Types.Capability> capabilities)
    {
        // Numbers of a later version are kept by the parser as unknown and do not appear here.
        types = [.. capabilities.Where(capability => capability.HasType).Select(capability => capability.Type)];
    }

    public bool MultiRole => types.Contains(SlaveInfo.Types.Capability.Types.Type.MultiRole);

    public bool HierarchicalRole => types.Contains(SlaveInfo.Types.Capability.Types.Type.HierarchicalRole);

    public bool ReservationRefinement => types.Contains(SlaveInfo.Types.Capability.Types.Type.ReservationRefinement);

    public bool ResourceProvider => types.Contains(SlaveInfo.Types.Capability.Types.Type.ResourceProvider);

    public bool TaskResourceLimits => types.Contains(SlaveInfo.Types.Capability.Types.Type.TaskResourceLimits);

    /// <summary>In the order of their numbers, as they are shown.</summary>
    public IEnumerable<SlaveInfo.Types.Capability.Types.Type> InOrder => types.Order();
}
