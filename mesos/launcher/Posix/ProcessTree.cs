using Mesos.Common.Posix;

namespace Mesos.Launcher.Posix;

/// <summary>Which processes came from a task.</summary>
internal static class ProcessTree
{
    /// <summary>A process and its family.</summary>
    public static HashSet<int> Members(int root, IReadOnlyCollection<ProcessEntry> table)
    {
        HashSet<int> members = [root];
        ProcessTable.AddFamily(members, table);
        return members;
    }

    /// <summary>What descends from a process, without itself and without what merely shares its session.</summary>
    public static HashSet<int> Descendants(int root, IReadOnlyCollection<ProcessEntry> table)
    {
        HashSet<int> descendants = [.. table.Where(process => process.Parent == root).Select(process => process.Pid)];
        ProcessTable.AddFamily(descendants, table);
        descendants.Remove(root);
        return descendants;
    }
}
