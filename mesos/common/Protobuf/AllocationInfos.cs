using Google.Protobuf;
using Mesos.Proto;
using AllocationInfo = Mesos.Proto.Resource.Types.AllocationInfo;

namespace Mesos.Common.Protobuf;

/// <summary>Puts the role that resources are allocated to on every resource of a message, or takes it off for frameworks that do not know it.</summary>
/// <remarks>
/// Upstream: <c>injectAllocationInfo</c> and <c>stripAllocationInfo</c> in src/common/protobuf_utils.cpp. Both change the message in place;
/// call them on messages you own.
/// </remarks>
public static class AllocationInfos
{
    /// <summary>Allocates every resource inside a message, such as an operation or a task, that does not say to whom it is allocated.</summary>
    public static void Inject(IMessage message, string role) => NestedResources.Visit(message, resource =>
    {
        resource.AllocationInfo ??= new AllocationInfo { Role = role };
        return true;
    });

    /// <summary>Removes the allocation from every resource inside a message.</summary>
    public static void Strip(IMessage message) => NestedResources.Visit(message, static resource =>
    {
        resource.AllocationInfo = null;
        return true;
    });

    /// <summary>Removes the allocation from an offer and its resources, for a framework without MULTI_ROLE.</summary>
    public static void StripOffer(Offer offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        offer.AllocationInfo = null;
        Strip(offer);
    }
}
