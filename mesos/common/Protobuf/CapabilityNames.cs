using System.Globalization;
using AgentCapability = Mesos.Proto.SlaveInfo.Types.Capability.Types.Type;
using FrameworkCapability = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;
using MasterCapability = Mesos.Proto.MasterInfo.Types.Capability.Types.Type;

namespace Mesos.Common.Protobuf;

/// <summary>Capabilities by their names on the wire, without descriptors; a number that no version knows is printed as it is.</summary>
public static class CapabilityNames
{
    /// <summary>The name of a framework's capability, such as <c>MULTI_ROLE</c>.</summary>
    public static string WireName(this FrameworkCapability capability) => capability switch
    {
        FrameworkCapability.Unknown => "UNKNOWN",
        FrameworkCapability.RevocableResources => "REVOCABLE_RESOURCES",
        FrameworkCapability.TaskKillingState => "TASK_KILLING_STATE",
        FrameworkCapability.GpuResources => "GPU_RESOURCES",
        FrameworkCapability.SharedResources => "SHARED_RESOURCES",
        FrameworkCapability.PartitionAware => "PARTITION_AWARE",
        FrameworkCapability.MultiRole => "MULTI_ROLE",
        FrameworkCapability.ReservationRefinement => "RESERVATION_REFINEMENT",
        FrameworkCapability.RegionAware => "REGION_AWARE",
        _ => ((int)capability).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The name of an agent's capability, such as <c>HIERARCHICAL_ROLE</c>.</summary>
    public static string WireName(this AgentCapability capability) => capability switch
    {
        AgentCapability.Unknown => "UNKNOWN",
        AgentCapability.MultiRole => "MULTI_ROLE",
        AgentCapability.HierarchicalRole => "HIERARCHICAL_ROLE",
        AgentCapability.ReservationRefinement => "RESERVATION_REFINEMENT",
        AgentCapability.ResourceProvider => "RESOURCE_PROVIDER",
        AgentCapability.ResizeVolume => "RESIZE_VOLUME",
        AgentCapability.AgentOperationFeedback => "AGENT_OPERATION_FEEDBACK",
        AgentCapability.AgentDraining => "AGENT_DRAINING",
        AgentCapability.TaskResourceLimits => "TASK_RESOURCE_LIMITS",
        _ => ((int)capability).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The name of a master's capability, such as <c>QUOTA_V2</c>.</summary>
    public static string WireName(this MasterCapability capability) => capability switch
    {
        MasterCapability.Unknown => "UNKNOWN",
        MasterCapability.AgentUpdate => "AGENT_UPDATE",
        MasterCapability.AgentDraining => "AGENT_DRAINING",
        MasterCapability.QuotaV2 => "QUOTA_V2",
        _ => ((int)capability).ToString(CultureInfo.InvariantCulture),
    };
}
