using Mesos.Slave.Paths;

namespace Mesos.Slave.Recovery;

/// <summary>Where an earlier run of the agent created files and directories. Pure.</summary>
internal static class EarlierRun
{
    // volumes/roles/ROLE/ID, and what it lies in.
    private const int LevelsOfVolumes = 5;

    /// <summary>Its directories besides those of checkpoints: each may be a disk of its own.</summary>
    public static IReadOnlyList<string> Directories(string workDirectory, RecoveredState found) =>
    [
        workDirectory,
        SlavePaths.Slaves(workDirectory),
        SlavePaths.Slaves(SlavePaths.Meta(workDirectory)),
        .. new[] { found.Resources, found.ResourcesTarget }
            .SelectMany(static state => state?.Resources.AsEnumerable() ?? [])
            .Where(static resource => VolumePaths.Refuse(resource) is null)
            .SelectMany(volume => Above(VolumePaths.Of(workDirectory, volume), VolumePaths.IsMountPoint(volume) ? 1 : LevelsOfVolumes))
            .Distinct(),
    ];

    private static IEnumerable<string> Above(string path, int levels)
    {
        for (string? above = path; above is not null && levels > 0; above = Path.GetDirectoryName(above), levels--)
        {
            yield return above;
        }
    }
}
