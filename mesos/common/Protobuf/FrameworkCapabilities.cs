using System.Numerics;
using Mesos.Proto;
using CapabilityType = Mesos.Proto.FrameworkInfo.Types.Capability.Types.Type;

namespace Mesos.Common.Protobuf;

/// <summary>What a framework understands, as asked by the daemons. Capabilities this version does not know are ignored.</summary>
/// <remarks>Upstream: <c>protobuf::framework::Capabilities</c> in src/common/protobuf_utils.hpp.</remarks>
public readonly record struct FrameworkCapabilities
{
    private readonly uint known;

    private FrameworkCapabilities(uint known)
    {
        this.known = known;
    }

    /// <summary>Takes resources that may be taken back.</summary>
    public bool RevocableResources => Has(CapabilityType.RevocableResources);

    /// <summary>Knows the state TASK_KILLING.</summary>
    public bool TaskKillingState => Has(CapabilityType.TaskKillingState);

    /// <summary>Is offered agents with GPUs.</summary>
    public bool GpuResources => Has(CapabilityType.GpuResources);

    /// <summary>Is offered shared resources.</summary>
    public bool SharedResources => Has(CapabilityType.SharedResources);

    /// <summary>Knows the states DROPPED, UNREACHABLE, GONE, GONE_BY_OPERATOR and UNKNOWN, and decides itself about unreachable tasks.</summary>
    public bool PartitionAware => Has(CapabilityType.PartitionAware);

    /// <summary>Has several roles and sees which one resources are allocated to.</summary>
    public bool MultiRole => Has(CapabilityType.MultiRole);

    /// <summary>Sees resources with their stack of reservations.</summary>
    public bool ReservationRefinement => Has(CapabilityType.ReservationRefinement);

    /// <summary>Is offered agents of other regions.</summary>
    public bool RegionAware => Has(CapabilityType.RegionAware);

    /// <summary>The stated capabilities in the order of their numbers, which is that of the endpoints.</summary>
    public IEnumerable<CapabilityType> InOrder
    {
        get
        {
            for (var rest = known; rest != 0; rest &= rest - 1)
            {
                yield return (CapabilityType)BitOperations.TrailingZeroCount(rest);
            }
        }
    }

    /// <summary>The capabilities a framework states.</summary>
    public static FrameworkCapabilities Of(FrameworkInfo framework)
    {
        ArgumentNullException.ThrowIfNull(framework);
        return Of(framework.Capabilities);
    }

    /// <summary>The capabilities in a list.</summary>
    public static FrameworkCapabilities Of(IEnumerable<FrameworkInfo.Types.Capability> capabilities)
    {
        ArgumentNullException.ThrowIfNull(capabilities);
        uint known = 0;
        foreach (var capability in capabilities)
        {
            known |= Bit(capability.Type);
        }

        return new FrameworkCapabilities(known);
    }

    /// <summary>Whether the framework states a capability.</summary>
    public bool Has(CapabilityType type) => (known & Bit(type)) != 0;

    private static uint Bit(CapabilityType type) => type is > CapabilityType.Unknown and <= CapabilityType.RegionAware ? 1u << (int)type : 0;
}
