using Mesos.Common;
using Mesos.Common.Protobuf;
using Mesos.Common.Values;
using Mesos.Proto;
using Grow = Mesos.Proto.Offer.Types.Operation.Types.GrowVolume;
using Shrink = Mesos.Proto.Offer.Types.Operation.Types.ShrinkVolume;
using SourceType = Mesos.Proto.Resource.Types.DiskInfo.Types.Source.Types.Type;

namespace Mesos.Master.Validation;

/// <summary>Rules for volumes that are to become larger or smaller. Every rule answers null when it is kept, else a sentence.</summary>
/// <remarks>Upstream: <c>operation</c> in src/master/validation.cpp.</remarks>
internal static class VolumeSizeValidation
{
    public static string? Validate(Grow grow, AgentCapabilities capabilities) =>
        grow.Addition.Scalar is null || FixedPoint.FromDouble(grow.Addition.Scalar.Value) <= 0
            ? "The size of 'GrowVolume.addition' field must be greater than zero"
        : grow.Volume.HasResourceProvider() ? "Growing a volume from a resource provider is not supported"
        : ResourceValidation.ValidatePersistentVolumes([grow.Volume]) is { } invalid
            ? $"Invalid persistent volume in the 'GrowVolume.volume' field: {invalid}"
        : grow.Volume.IsShared() ? "Growing a shared persistent volume is not supported"
        : (Resources.From(Stripped(grow.Volume)) + grow.Addition).Count != 1
            ? "Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields"
        : !capabilities.ResizeVolume
            ? $"Volume {ResourceText.Format(grow.Volume)} cannot be grown on an agent without RESIZE_VOLUME capability"
        : null;

    public static string? Validate(Shrink shrink, AgentCapabilities capabilities)
    {
        if (!FixedPoint.IsAccepted(shrink.Subtract.Value) || FixedPoint.FromDouble(shrink.Subtract.Value) <= 0)
        {
            return "Value of 'ShrinkVolume.subtract' must be greater than zero";
        }

        return shrink.Volume.Scalar is not { } size || FixedPoint.FromDouble(size.Value) <= FixedPoint.FromDouble(shrink.Subtract.Value)
                ? "Value of 'ShrinkVolume.subtract' must be smaller than the size of 'ShrinkVolume.volume'"
            : shrink.Volume.HasResourceProvider() ? "Shrinking a volume from a resource provider is not supported"
            : shrink.Volume.IsDisk(SourceType.Mount) ? "Shrinking a volume on a MOUNT disk is not supported"
            : ResourceValidation.ValidatePersistentVolumes([shrink.Volume]) is { } invalid
                ? $"Invalid persistent volume in the 'ShrinkVolume.volume' field: {invalid}"
            : shrink.Volume.IsShared() ? "Shrinking a shared persistent volume is not supported"
            : !capabilities.ResizeVolume
                ? $"Volume {ResourceText.Format(shrink.Volume)} cannot be shrunk on an agent without RESIZE_VOLUME capability"
            : null;
    }

    /// <summary>The disk space a volume is made of.</summary>
    private static Resource Stripped(Resource volume)
    {
        Resource stripped = volume.Clone();
        if (stripped.Disk.Source is null)
        {
            stripped.Disk = null;
        }
        else
        {
            (stripped.Disk.Persistence, stripped.Disk.Volume) = (null, null);
        }

        return stripped;
    }
}
