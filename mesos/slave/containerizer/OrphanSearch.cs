using Mesos.Common.Posix;
using Mesos.Slave.Posix;

namespace Mesos.Slave.Containerizer;

/// <summary>Tells processes of containers that this agent should know and does not from those of others.</summary>
/// <remarks>
/// Another agent of the machine may use the same paths for a disk of its own, as in Docker: only what sees the same directory at
/// the path as this agent does is an orphan of this agent.
/// </remarks>
internal sealed class OrphanSearch
{
    // The agent of before may have been given another spelling of its directory.
    private readonly Dictionary<string, string> paths = new(StringComparer.Ordinal);
    private readonly HashSet<string> known;
    private readonly string prefix;
    private readonly string place;
    private readonly FileIdentity? identity;

    /// <param name="directory">Below which the sandboxes of this agent are.</param>
    /// <param name="sandboxes">Those of containers it knows.</param>
    public OrphanSearch(string directory, IEnumerable<string> sandboxes)
    {
        known = [.. sandboxes.Select(RealPath.Of)];
        place = RealPath.Of(directory);
        prefix = place + Path.DirectorySeparatorChar;
        while ((identity = FileIdentity.Of(place)) is null && Path.GetDirectoryName(place) is { } parent)
        {
            place = parent; // The first start of an agent has made nothing but its work directory.
        }
    }

    /// <param name="pid">A process.</param>
    /// <param name="isUnclear">Whether that cannot be told just now.</param>
    public bool IsOrphan(int pid, out bool isUnclear)
    {
        if (ContainerMark.SandboxOf(pid, out isUnclear) is not { } sandbox)
        {
            return false;
        }

        if (!paths.TryGetValue(sandbox, out string? real))
        {
            paths[sandbox] = real = RealPath.Of(sandbox);
        }

        if (!real.StartsWith(prefix, StringComparison.Ordinal) || known.Contains(real))
        {
            return false;
        }

        Sight sight = identity is { } own ? FileIdentity.SeenBy(own, place, pid) : Sight.Same;

        // What has ended may have left a child that this look does not show.
        isUnclear |= sight == Sight.Gone;
        return sight == Sight.Same;
    }
}
