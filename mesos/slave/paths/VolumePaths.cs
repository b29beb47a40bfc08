using Mesos.Common;
using Mesos.Common.Roles;
using Mesos.Common.Values;
using SourceType = Mesos.Proto.Resource.Types.DiskInfo.Types.Source.Types.Type;

namespace Mesos.Slave.Paths;

/// <summary>Where the data of persistent volumes lies. Pure.</summary>
/// <remarks>Upstream: <c>getPersistentVolumePath</c> in src/slave/paths.cpp, which ends the agent where the rules here refuse.</remarks>
internal static class VolumePaths
{
    /// <summary>Why a volume can have no directory on this agent, or null.</summary>
    public static string? Refuse(Resource volume)
    {
        if (volume.Disk?.Persistence is not { } persistence)
        {
            return "It is no persistent volume";
        }

        if (!volume.IsReserved())
        {
            return "A persistent volume must be reserved";
        }

        if ((RoleNames.Validate(volume.ReservationRole()) ?? IdRules.Validate(persistence.Id)) is { } defect)
        {
            return defect;
        }

        return volume.Disk.Source switch
        {
            null => null,
            { Type: SourceType.Path, Path.HasRoot: true, HasId: false } => null,
            { Type: SourceType.Mount, Mount.HasRoot: true, HasId: false } => null,
            { HasId: true } => "Volumes of CSI plugins are not supported by this agent",
            var source => $"Disks of type {source.Type}, or without a root, cannot hold persistent volumes",
        };
    }

    /// <summary>The directory of a volume that <see cref="Refuse"/> does not refuse.</summary>
    public static string Of(string workDirectory, Resource volume)
    {
        (string role, string id) = (volume.ReservationRole(), volume.Disk.Persistence.Id);
        return volume.Disk.Source switch
        {
            null => SlavePaths.Volume(workDirectory, role, id),

            // What is not absolute lies in the work directory.
            { Type: SourceType.Mount } source => Path.Combine(workDirectory, source.Mount.Root),
            var source => SlavePaths.Volume(Path.Combine(workDirectory, source.Path.Root), role, id),
        };
    }

    /// <summary>Whether a volume is a mounted disk as a whole, whose directory outlasts it.</summary>
    public static bool IsMountPoint(Resource volume) => volume.IsDisk(SourceType.Mount);
}
