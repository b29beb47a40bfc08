using Mesos.Proto;

namespace Mesos.Master.State;

/// <summary>What a framework says it understands.</summary>
/// <remarks>Upstream: <c>protobuf::framework::Capabilities</c>.</remarks>
internal sealed class FrameworkCapabilities(FrameworkInfo info)
{
    private readonly HashSet<FrameworkInfo.Types.Capability.Types.Type> types =
        [.. info.Capabilities.Where(capability => capability.HasType).Select(capability => capability.Type)];

    public bool RevocableResources => types.Contains(FrameworkInfo.Types.Capability.Types.Type.RevocableResources);

    public bool GpuResources => types.Contains(FrameworkInfo.Types.Capability.Types.Type.GpuResources);

    public bool SharedResources => types.Contains(FrameworkInfo.Types.Capability.Types.Type.SharedResources);

    public bool PartitionAware => types.Contains(FrameworkInfo.Types.Capability.Types.Type.PartitionAware);

    public bool MultiRole => types.Contains(FrameworkInfo.Types.Capability.Types.Type.MultiRole);

    public bool ReservationRefinement => types.Contains(FrameworkInfo.Types.Capability.Types.Type.ReservationRefinement);

    public IEnumerable<FrameworkInfo.Types.Capability.Types.Type> InOrder => types.Order();
}
