using Mesos.Common;

namespace Mesos.Master.Allocator;

/// <summary>What the allocator takes from the options of the master.</summary>
internal sealed record AllocatorOptions
{
    public required TimeSpan Interval { get; init; }

    public required bool FilterGpuResources { get; init; }

    public required IReadOnlyList<ResourceQuantities> MinAllocatable { get; init; }

    public required IReadOnlyDictionary<string, double> Weights { get; init; }

    public static AllocatorOptions From(MasterOptions options) => new()
    {
        Interval = options.AllocationInterval,
        FilterGpuResources = options.FilterGpuResources,
        MinAllocatable = options.MinAllocatableResources,
        Weights = options.Weights,
    };
}
