using Mesos.Common;
using Mesos.Proto;
using CreateDisk = Mesos.Proto.Offer.Types.Operation.Types.CreateDisk;
using DestroyDisk = Mesos.Proto.Offer.Types.Operation.Types.DestroyDisk;
using SourceType = Mesos.Proto.Resource.Types.DiskInfo.Types.Source.Types.Type;

namespace Mesos.Master.Validation;

/// <summary>Rules for disks that are made of a resource provider's storage. Every rule answers null when it is kept, else a sentence.</summary>
/// <remarks>Upstream: <c>operation</c> in src/master/validation.cpp.</remarks>
internal static class DiskValidation
{
    public static string? Validate(CreateDisk create)
    {
        if (ValidateSource(create.Source) is { } invalid)
        {
            return invalid;
        }

        if (!create.Source.IsDisk(SourceType.Raw))
        {
            return "'source' is not a RAW disk resource";
        }

        if (create.TargetType is not (SourceType.Mount or SourceType.Block))
        {
            return "'target_type' is neither MOUNT or BLOCK";
        }

        return create.Source.Disk.Source.HasProfile != create.HasTargetProfile ? null
            : create.HasTargetProfile ? "'target_profile' must not be set when 'source' has a profile"
            : "'target_profile' must be set when 'source' has no profile";
    }

    public static string? Validate(DestroyDisk destroy) =>
        ValidateSource(destroy.Source)
        ?? (destroy.Source.Disk?.Source?.Type is not (SourceType.Mount or SourceType.Block or SourceType.Raw)
                ? "'source' is neither a MOUNT, BLOCK or RAW disk resource"
            : !destroy.Source.Disk.Source.HasId ? "'source' is not backed by a CSI volume"
            : destroy.Source.IsPersistentVolume()
                ? $"A disk resource containing a persistent volume {ResourceText.Format(destroy.Source)} cannot be destroyed directly."
                    + " Please destroy the persistent volume first then destroy the disk resource"
            : null);

    private static string? ValidateSource(Resource source) =>
        ResourceValidation.Validate([source]) is { } invalid ? $"Invalid resource: {invalid}"
        : !source.HasResourceProvider() ? "'source' is not managed by a resource provider"
        : null;
}
