using Mesos.Proto;
using CapabilityType = Mesos.Proto.SlaveInfo.Types.Capability.Types.Type;

namespace Mesos.Common.Protobuf;

/// <summary>What an agent understands, as asked by the master. Capabilities this version does not know are ignored.</summary>
/// <remarks>Upstream: <c>protobuf::slave::Capabilities</c> in src/common/protobuf_utils.hpp and src/slave/constants.cpp.</remarks>
public readonly record struct AgentCapabilities
{
    private readonly uint known;

    private AgentCapabilities(uint known)
    {
        this.known = known;
    }

    /// <summary>The capabilities an agent of this version has, in the order they are sent.</summary>
    public static IReadOnlyList<CapabilityType> All { get; } =
    [
        CapabilityType.MultiRole, CapabilityType.HierarchicalRole, CapabilityType.ReservationRefinement, CapabilityType.ResourceProvider,
        CapabilityType.ResizeVolume, CapabilityType.AgentOperationFeedback, CapabilityType.AgentDraining, CapabilityType.TaskResourceLimits,
    ];

    /// <summary>Sees which role resources are allocated to.</summary>
    public bool MultiRole => Has(CapabilityType.MultiRole);

    /// <summary>Takes role names with slashes.</summary>
    public bool HierarchicalRole => Has(CapabilityType.HierarchicalRole);

    /// <summary>Takes resources with their stack of reservations.</summary>
    public bool ReservationRefinement => Has(CapabilityType.ReservationRefinement);

    /// <summary>Takes operations one by one instead of the sum of its checkpointed resources.</summary>
    public bool ResourceProvider => Has(CapabilityType.ResourceProvider);

    /// <summary>Grows and shrinks persistent volumes.</summary>
    public bool ResizeVolume => Has(CapabilityType.ResizeVolume);

    /// <summary>Reports on operations on its own resources.</summary>
    public bool AgentOperationFeedback => Has(CapabilityType.AgentOperationFeedback);

    /// <summary>Can be drained.</summary>
    public bool AgentDraining => Has(CapabilityType.AgentDraining);

    /// <summary>Takes limits of tasks apart from their requests.</summary>
    public bool TaskResourceLimits => Has(CapabilityType.TaskResourceLimits);

    /// <summary>The stated capabilities in the order of their numbers, which is that of the endpoints.</summary>
    public IEnumerable<CapabilityType> InOrder => All.Where(Has);

    /// <summary>The capabilities in a list.</summary>
    public static AgentCapabilities Of(IEnumerable<SlaveInfo.Types.Capability> capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        uint known = 0;
        foreach (var capability in capabilities)
        {
            known |= Bit(capability.Type);
        }

        return new AgentCapabilities(known);
    }

    /// <summary>Fresh messages for all of <see cref="All"/>.</summary>
    public static IEnumerable<SlaveInfo.Types.Capability> CreateAll() => All.Select(type => new SlaveInfo.Types.Capability { Type = type });

    /// <summary>Whether the agent states a capability.</summary>
    public bool Has(CapabilityType type) => (known & Bit(type)) != 0;

    /// <summary>The stated capabilities as fresh messages, in the order of their numbers.</summary>
    public IEnumerable<SlaveInfo.Types.Capability> ToMessages() => InOrder.Select(type => new SlaveInfo.Types.Capability { Type = type });

    private static uint Bit(CapabilityType type) => type is > CapabilityType.Unknown and <= CapabilityType.TaskResourceLimits ? 1u << (int)type : 0;
}
