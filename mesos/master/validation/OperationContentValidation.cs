using Mesos.Common;
using Mesos.Proto;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Master.Validation;

/// <summary>Whether an operation has its content, with resources that are well formed.</summary>
/// <remarks>Upstream: <c>validateAndUpgradeResources</c> in src/common/resources_utils.cpp, with its texts.</remarks>
internal static class OperationContentValidation
{
    public static string? Validate(Offer.Types.Operation operation) => operation.Type switch
    {
        OperationType.Reserve when operation.Reserve is { } reserve =>
            ResourceRules.Validate(reserve.Resources) ?? ResourceRules.Validate(reserve.Source),
        OperationType.Unreserve when operation.Unreserve is { } unreserve => ResourceRules.Validate(unreserve.Resources),
        OperationType.Create when operation.Create is { } create => ResourceRules.Validate(create.Volumes),
        OperationType.Destroy when operation.Destroy is { } destroy => ResourceRules.Validate(destroy.Volumes),
        OperationType.GrowVolume when operation.GrowVolume is { } grow =>
            ResourceRules.Validate(grow.Volume) ?? ResourceRules.Validate(grow.Addition),
        OperationType.ShrinkVolume when operation.ShrinkVolume is { } shrink => ResourceRules.Validate(shrink.Volume),
        OperationType.CreateDisk when operation.CreateDisk is { } create => ResourceRules.Validate(create.Source),
        OperationType.DestroyDisk when operation.DestroyDisk is { } destroy => ResourceRules.Validate(destroy.Source),
        OperationType.Launch when operation.Launch is { } launch => Validate(launch.TaskInfos),
        OperationType.LaunchGroup when operation.LaunchGroup is { } group =>
            ResourceRules.Validate(group.Executor.Resources) ?? Validate(group.TaskGroup.Tasks),
        OperationType.Reserve => "A RESERVE offer operation must have the Offer.Operation.reserve field set.",
        OperationType.Unreserve => "An UNRESERVE offer operation must have the Offer.Operation.unreserve field set.",
        OperationType.Create => "A CREATE offer operation must have the Offer.Operation.create field set.",
        OperationType.Destroy => "A DESTROY offer operation must have the Offer.Operation.destroy field set.",
        OperationType.GrowVolume => "A GROW_VOLUME operation must have the Offer.Operation.grow_volume field set",
        OperationType.ShrinkVolume => "A SHRINK_VOLUME offer operation must have the Offer.Operation.shrink_volume field set",
        OperationType.CreateDisk => "A CREATE_DISK offer operation must have the Offer.Operation.create_disk field set.",
        OperationType.DestroyDisk => "A DESTROY_DISK offer operation must have the Offer.Operation.destroy_disk field set.",
        OperationType.Launch => "A LAUNCH offer operation must have the Offer.Operation.launch field set.",
        OperationType.LaunchGroup => "A LAUNCH_GROUP offer operation must have the Offer.Operation.launch_group field set.",
        _ => "Unknown offer operation",
    };

    private static string? Validate(IEnumerable<TaskInfo> tasks) => tasks
        .Select(task => ResourceRules.Validate(task.Resources) ?? (task.Executor is { } executor ? ResourceRules.Validate(executor.Resources) : null))
        .FirstOrDefault(error => error is not null);
}
