namespace LibProcess.Http.Files;

/// <summary>Where a path leads when all links on the way are followed.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40;

    /// <returns>Null where something on the way does not exist, or links lead in a circle.</returns>
    public static string? Of(string path)
    {
        string full = Path.GetFullPath(path);
        string reached = Path.GetPathRoot(full)!;
        var ahead = new Stack<string>(Parts(full, reached).Reverse());
        int links = 0;
        while (ahead.TryPop(out string? part))
        {
            string next = Path.GetFullPath(Path.Combine(reached, part));
            var file = new FileInfo(next);
            if (file.LinkTarget is not { } target)
            {
                if (!file.Exists && !Directory.Exists(next))
                {
                    return null;
                }

                reached = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            // Relative to where the link stands; what it names may be links in turn.
            string lead = Path.IsPathRooted(target) ? Path.GetPathRoot(target)! : string.Empty;
            reached = lead.Length > 0 ? Path.GetFullPath(lead) : reached;
            foreach (string more in target[lead.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                ahead.Push(more);
            }
        }

        return reached;
    }

    /// <summary>Whether a real path is a directory or file, or lies inside of it.</summary>
    public static bool IsWithin(string path, string root) =>
        path == root || path.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string[] Parts(string full, string root) =>
        full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
}
