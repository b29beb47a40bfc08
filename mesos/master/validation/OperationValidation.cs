using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Master.State;
using Mesos.Proto;
using OperationType = Mesos.Proto.Offer.Types.Operation.Types.Type;

namespace Mesos.Master.Validation;

/// <summary>Rules for operations of frameworks on offered resources. Every rule answers null when it is kept, else a sentence.</summary>
/// <remarks>
/// Upstream: <c>operation</c> in src/master/validation.cpp. The content is there and its resources are well formed, allocated and
/// in the format with a stack of reservations.
/// </remarks>
internal static class OperationValidation
{
    public static string? Validate(Offer.Types.Operation operation, FrameworkInfo framework, Agent agent) => operation.Type switch
    {
        OperationType.Reserve => ValidateReserve(operation.Reserve, framework, agent),
        OperationType.Unreserve => ValidateUnreserve(operation.Unreserve),
        OperationType.Create => ValidateCreate(operation.Create, framework, agent),
        OperationType.Destroy => ValidateDestroy(operation.Destroy, agent),
        OperationType.GrowVolume => VolumeSizeValidation.Validate(operation.GrowVolume, agent.Capabilities),
        OperationType.ShrinkVolume => VolumeSizeValidation.Validate(operation.ShrinkVolume, agent.Capabilities),
        OperationType.CreateDisk => DiskValidation.Validate(operation.CreateDisk),
        OperationType.DestroyDisk => DiskValidation.Validate(operation.DestroyDisk),
        _ => null,
    };

    private static string? ValidateReserve(Offer.Types.Operation.Types.Reserve reserve, FrameworkInfo framework, Agent agent)
    {
        IReadOnlySet<string> roles = Framework.RolesOf(framework);
        return General(reserve.Resources)
            ?? reserve.Resources
                .Select(resource => ValidateReserved(resource, agent.Capabilities, "with reservation refinement cannot be reserved", "cannot be reserved", "Resource")
                    ?? ValidatePrincipal(resource, framework)
                    ?? ValidateRoles(resource, roles))
                .FirstOrDefault(error => error is not null)
            ?? (ResourceValidation.ValidateOneRole(reserve.Resources) is { } several ? $"Invalid reservation resources: {several}" : null);
    }

    private static string? ValidateUnreserve(Offer.Types.Operation.Types.Unreserve unreserve) =>
        General(unreserve.Resources)
        ?? unreserve.Resources
            .Select(resource =>
                !resource.IsDynamicallyReserved() ? $"Resource {ResourceText.Format(resource)} is not dynamically reserved"
                : resource.IsPersistentVolume()
                    ? $"A dynamically reserved persistent volume {ResourceText.Format(resource)} cannot be unreserved directly."
                        + " Please destroy the persistent volume first then unreserve the resource"
                : null)
            .FirstOrDefault(error => error is not null);

    private static string? ValidateCreate(Offer.Types.Operation.Types.Create create, FrameworkInfo framework, Agent agent) =>
        General(create.Volumes)
        ?? (ResourceValidation.ValidatePersistentVolumes(create.Volumes) is { } invalid ? $"Not a persistent volume: {invalid}" : null)
        ?? ResourceValidation.ValidateUniquePersistenceIds(agent.CheckpointedResources.PersistentVolumes().Concat(create.Volumes))
        ?? create.Volumes
            .Select(volume => ValidateShared(volume, framework)
                ?? ValidateReserved(volume, agent.Capabilities, "with reservation refinement cannot be created", "cannot be created", "Volume")
                ?? ValidateCreator(volume, framework))
            .FirstOrDefault(error => error is not null)
        ?? (ResourceValidation.ValidateOneRole(create.Volumes) is { } several ? $"Invalid volume resources: {several}" : null);

    private static string? ValidateDestroy(Offer.Types.Operation.Types.Destroy destroy, Agent agent)
    {
        if ((General(destroy.Volumes)
            ?? (ResourceValidation.ValidatePersistentVolumes(destroy.Volumes) is { } invalid ? $"Not a persistent volume: {invalid}" : null)) is { } problem)
        {
            return problem;
        }

        Resources volumes = Resources.From(destroy.Volumes).Unallocate();
        if (volumes.Any(volume => !volume.HasResourceProvider() && !agent.CheckpointedResources.Contains(volume)))
        {
            return "Persistent volumes not found";
        }

        // Only a shared volume can be in an offer and in use at the same time.
        return agent.Used.ByOwner.Values.Any(used => volumes.Any(used.Unallocate().Contains)) ? "Persistent volumes in use" : null;
    }

    private static string? General(IReadOnlyCollection<Resource> resources) =>
        (ResourceValidation.Validate(resources) ?? ResourceValidation.ValidateOneProvider(resources)) is { } error
            ? $"Invalid resources: {error}"
            : null;

    /// <summary>Whether the agent understands the reservation of a resource.</summary>
    private static string? ValidateReserved(Resource resource, AgentCapabilities capabilities, string refined, string hierarchical, string noun)
    {
        string text = ResourceText.Format(resource);
        string role = resource.IsReserved() ? resource.ReservationRole() : string.Empty;
        return noun == "Resource" && !resource.IsDynamicallyReserved() ? $"Resource {text} is not dynamically reserved"
            : !capabilities.HierarchicalRole && role.Contains('/', StringComparison.Ordinal)
                ? $"{noun} {text} with reservation for hierarchical role '{role}' {hierarchical} on an agent without HIERARCHICAL_ROLE capability"
            : !capabilities.ReservationRefinement && resource.HasRefinedReservations()
                ? $"{noun} {text} {refined} on an agent without RESERVATION_REFINEMENT capability"
            : null;
    }

    private static string? ValidatePrincipal(Resource resource, FrameworkInfo framework)
    {
        if (!framework.HasPrincipal)
        {
            return null;
        }

        Resource.Types.ReservationInfo reservation = resource.Reservations[^1];
        return !reservation.HasPrincipal
                ? $"A reserve operation was attempted by principal '{framework.Principal}', but there is a reserved resource in the request"
                    + " with no principal set"
            : reservation.Principal != framework.Principal
                ? $"A reserve operation was attempted by authenticated principal '{framework.Principal}', which does not match a reserved"
                    + $" resource in the request with principal '{reservation.Principal}'"
            : null;
    }

    private static string? ValidateRoles(Resource resource, IReadOnlySet<string> roles)
    {
        string reserved = resource.ReservationRole();
        return resource.AllocationInfo is not { HasRole: true, Role: var allocated }
                ? $"A reserve operation was attempted on unallocated resource {ResourceText.Format(resource)}, but frameworks can only perform"
                    + " reservations on allocated resources"
            : allocated != reserved
                ? $"A reserve operation was attempted for a resource with role '{reserved}', but the resource was allocated to role '{allocated}'"
            : !roles.Contains(allocated)
                ? $"A reserve operation was attempted for a resource allocated to role '{allocated}', but the framework only has roles"
                    + $" '{{ {string.Join(", ", roles)} }}'"
            : null;
    }

    private static string? ValidateShared(Resource volume, FrameworkInfo framework) =>
        volume.IsShared() && !FrameworkCapabilities.Of(framework).SharedResources
            ? $"Create volume operation for '{ResourceText.Format(volume)}' has been attempted by framework '{framework.Id.Value}'"
                + " with no SHARED_RESOURCES capability"
            : null;

    private static string? ValidateCreator(Resource volume, FrameworkInfo framework)
    {
        if (!framework.HasPrincipal)
        {
            return null;
        }

        Resource.Types.DiskInfo.Types.Persistence persistence = volume.Disk.Persistence;
        return !persistence.HasPrincipal
                ? $"Create volume operation attempted by principal '{framework.Principal}', but there is a volume in the operation with no"
                    + " principal set in 'disk.persistence'"
            : persistence.Principal != framework.Principal
                ? $"Create volume operation attempted by authenticated principal '{framework.Principal}', which does not match a volume in"
                    + $" the operation with principal '{persistence.Principal}' set in 'disk.persistence'"
            : null;
    }
}
