using Mesos.Common;
using Mesos.Common.Roles;
using Mesos.Master.State;
using Mesos.Proto;
using Action = Mesos.Proto.Authorization.Action;
using AuthorizationObject = Mesos.Proto.Authorization.Object;
using Operation = Mesos.Proto.Offer.Types.Operation;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;
using Request = Mesos.Proto.Authorization.Request;
using SourceType = Mesos.Proto.Resource.Types.DiskInfo.Types.Source.Types.Type;

namespace Mesos.Master.Authorization;

/// <summary>What has to be permitted for something to be done. The subject is added by <see cref="Permissions"/>.</summary>
/// <remarks>Upstream: <c>ActionObject</c> in src/master/authorization.cpp. Resources are in the format with a stack of reservations.</remarks>
internal static class AuthorizationRequests
{
    public static Request ForTask(TaskInfo task, FrameworkInfo framework) => new()
    {
        Action = Action.RunTask,
        Object = new AuthorizationObject { TaskInfo = task.Clone(), FrameworkInfo = framework.Clone() },
    };

    public static Request ForFramework(FrameworkInfo info)
    {
        var subject = new AuthorizationObject { FrameworkInfo = info.Clone() };
        if (info.Roles.Count == 0)
        {
            subject.Value = info.Role;
        }

        return new Request { Action = Action.RegisterFramework, Object = subject };
    }

    /// <summary>An agent may register, and may have the reservations it was started with.</summary>
    public static IEnumerable<Request> ForAgent(SlaveInfo info) =>
        PerRole(Action.ReserveResources, info.Resources.Where(resource => resource.IsReserved()))
            .Append(new Request { Action = Action.RegisterAgent });

    /// <summary>What an operator wants of a machine, or to see of it.</summary>
    public static Request ForMachine(Action action, MachineID machine) =>
        new() { Action = action, Object = new AuthorizationObject { MachineId = machine.Clone() } };

    /// <summary>An operator ends a framework.</summary>
    public static Request ForTeardown(FrameworkInfo info) => new()
    {
        Action = Action.TeardownFramework,
        Object = info.HasPrincipal
            ? new AuthorizationObject { FrameworkInfo = info.Clone(), Value = info.Principal }
            : new AuthorizationObject { FrameworkInfo = info.Clone() },
    };

    /// <summary>An operation on offered resources. One without its content needs nothing: its validation ends it.</summary>
    public static IEnumerable<Request> ForOperation(Operation operation) => operation.Type switch
    {
        OperationType.Reserve => PerRole(Action.ReserveResources, OperationResources.NamedBy(operation)),
        OperationType.Unreserve => Unreserve(OperationResources.NamedBy(operation)),
        OperationType.Create => OrAnything(Action.CreateVolume, PerRole(Action.CreateVolume, OperationResources.NamedBy(operation))),
        OperationType.Destroy => OrAnything(
            Action.DestroyVolume,
            OperationResources.NamedBy(operation)
                .Where(ResourceQueries.IsPersistentVolume)
                .Select(volume => For(Action.DestroyVolume, volume, volume.Disk.Persistence.Principal))),
        OperationType.GrowVolume or OperationType.ShrinkVolume => Named(Action.ResizeVolume, operation),
        OperationType.CreateDisk => operation.CreateDisk?.TargetType switch
        {
            SourceType.Mount => Named(Action.CreateMountDisk, operation),
            SourceType.Block => Named(Action.CreateBlockDisk, operation),
            _ => [],
        },
        OperationType.DestroyDisk => operation.DestroyDisk?.Source?.Disk?.Source?.Type switch
        {
            SourceType.Mount => Named(Action.DestroyMountDisk, operation),
            SourceType.Block => Named(Action.DestroyBlockDisk, operation),
            SourceType.Raw => Named(Action.DestroyRawDisk, operation),
            _ => [],
        },
        _ => [],
    };

    /// <summary>A request in words.</summary>
    public static string Describe(Request request)
    {
        AuthorizationObject? subject = request.Object;
        return request.Action switch
        {
            Action.RunTask when subject?.TaskInfo is { } task =>
                $"launch task {task.TaskId.Value} of framework {subject.FrameworkInfo.Id?.Value} under user '{UserOf(task, subject.FrameworkInfo)}'",
            Action.RegisterFramework when subject?.FrameworkInfo is { } framework =>
                $"register framework {framework.Id?.Value} with roles {{ {string.Join(", ", Framework.RolesOf(framework))} }}",
            Action.TeardownFramework when subject?.FrameworkInfo is { } framework => $"tear framework {framework.Id?.Value} down",
            _ when subject?.MachineId is { } machine => $"perform action {NameOf(request.Action)} on machine {machine.Hostname} ({machine.Ip})",
            _ when subject?.Resource is { } resource =>
                $"perform action {NameOf(request.Action)} on object {ResourceText.Format(resource)}",
            _ => $"perform action {NameOf(request.Action)} on ANY object",
        };
    }

    private static IEnumerable<Request> Unreserve(IReadOnlyList<Resource> resources)
    {
        Request[] requests = [.. resources
            .Where(resource => resource.Reservations is [.., { HasPrincipal: true }])
            .Select(resource => For(Action.UnreserveResources, resource, resource.Reservations[^1].Principal))];
        return requests.Length == resources.Count ? requests : requests.Append(new Request { Action = Action.UnreserveResources });
    }

    /// <summary>Resources of one role are alike.</summary>
    private static IEnumerable<Request> PerRole(Action action, IEnumerable<Resource> resources) => resources
        .Select(resource => (Resource: resource, Role: RoleOf(resource)))
        .DistinctBy(entry => entry.Role)
        .Select(entry => For(action, entry.Resource, entry.Role));

    private static IEnumerable<Request> Named(Action action, Operation operation) =>
        OperationResources.NamedBy(operation).Select(resource => For(action, resource, RoleOf(resource)));

    private static IEnumerable<Request> OrAnything(Action action, IEnumerable<Request> requests) =>
        requests.DefaultIfEmpty(new Request { Action = action });

    private static Request For(Action action, Resource resource, string value) =>
        new() { Action = action, Object = new AuthorizationObject { Resource = resource.Clone(), Value = value } };

    private static string RoleOf(Resource resource) => resource.IsUnreserved() ? RoleNames.Default : resource.ReservationRole();

    private static string UserOf(TaskInfo task, FrameworkInfo framework) =>
        task.Command is { HasUser: true } command ? command.User
        : task.Executor?.Command is { HasUser: true } executor ? executor.User
        : framework.User;

    // Some actions have an older name beside the one people know, so the generated names do not tell which.
    private static string NameOf(Action action) => action switch
    {
        Action.RunTask => "RUN_TASK",
        Action.RegisterAgent => "REGISTER_AGENT",
        Action.RegisterFramework => "REGISTER_FRAMEWORK",
        Action.ReserveResources => "RESERVE_RESOURCES",
        Action.UnreserveResources => "UNRESERVE_RESOURCES",
        Action.CreateVolume => "CREATE_VOLUME",
        Action.DestroyVolume => "DESTROY_VOLUME",
        Action.ResizeVolume => "RESIZE_VOLUME",
        Action.CreateMountDisk => "CREATE_MOUNT_DISK",
        Action.CreateBlockDisk => "CREATE_BLOCK_DISK",
        Action.DestroyMountDisk => "DESTROY_MOUNT_DISK",
        Action.DestroyBlockDisk => "DESTROY_BLOCK_DISK",
        Action.DestroyRawDisk => "DESTROY_RAW_DISK",
        Action.UpdateMaintenanceSchedule => "UPDATE_MAINTENANCE_SCHEDULE",
        Action.GetMaintenanceSchedule => "GET_MAINTENANCE_SCHEDULE",
        Action.GetMaintenanceStatus => "GET_MAINTENANCE_STATUS",
        Action.StartMaintenance => "START_MAINTENANCE",
        Action.StopMaintenance => "STOP_MAINTENANCE",
        _ => action.ToString(),
    };
}
