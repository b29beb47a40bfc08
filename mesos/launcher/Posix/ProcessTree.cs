using System.Globalization;

namespace Mesos.Launcher.Posix;

/// <summary>One row of the table of processes.</summary>
internal readonly record struct ProcessRow(int Pid, int Parent, int Group, int Session);

/// <summary>Which processes belong together.</summary>
/// <remarks>Upstream: <c>os::killtree</c> in stout/os/killtree.hpp.</remarks>
internal static class ProcessTree
{
    private const string Proc = "/proc";

    /// <summary>
    /// A process, what descends from it, and what shares a group or session that one of them leads: so children that have lost
    /// their parent are found too.
    /// </summary>
    public static HashSet<int> Members(int root, IReadOnlyCollection<ProcessRow> table)
    {
        HashSet<int> members = [root];
        bool grew;
        do
        {
            grew = false;
            foreach (var row in table)
            {
                if (members.Contains(row.Parent) || members.Contains(row.Group) || members.Contains(row.Session))
                {
                    grew |= members.Add(row.Pid);
                }
            }
        }
        while (grew);

        return members;
    }

    /// <summary>What descends from a process, without itself and without what merely shares its session.</summary>
    public static HashSet<int> Descendants(int root, IReadOnlyCollection<ProcessRow> table)
    {
        HashSet<int> descendants = [];
        foreach (var child in table.Where(row => row.Parent == root))
        {
            descendants.UnionWith(Members(child.Pid, table));
        }

        descendants.Remove(root);
        return descendants;
    }

    /// <summary>The processes that run now; empty where the system does not show them as files.</summary>
    public static IReadOnlyCollection<ProcessRow> Read()
    {
        List<ProcessRow> rows = [];
        if (!Directory.Exists(Proc))
        {
            return rows;
        }

        foreach (var directory in Directory.EnumerateDirectories(Proc))
        {
            if (int.TryParse(Path.GetFileName(directory.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out _)
                && ReadRow(directory) is { } row)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    /// <summary>Reads <c>pid (name) state ppid pgrp session ...</c>; the name may hold blanks and parentheses.</summary>
    public static ProcessRow? Parse(string stat)
    {
        var name = stat.IndexOf('(', StringComparison.Ordinal);
        var end = stat.LastIndexOf(')');
        if (name < 1 || end < name || !TryNumber(stat.AsSpan(0, name - 1), out var pid))
        {
            return null;
        }

        var fields = stat[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 3 && TryNumber(fields[1], out var parent) && TryNumber(fields[2], out var group) && TryNumber(fields[3], out var session)
            ? new ProcessRow(pid, parent, group, session)
            : null;
    }

    private static ProcessRow? ReadRow(string directory)
    {
        try
        {
            return Parse(File.ReadAllText(directory + "/stat"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // It has ended since it was listed.
        }
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
