namespace Mesos.Launcher.Posix;

/// <summary>Finds a program the way <c>execvp</c> of the C library does.</summary>
internal static class ProgramSearch
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <param name="program">A path, or a name to look for.</param>
    /// <param name="path">Where to look.</param>
    /// <param name="hereFirst">Whether the current directory comes before that.</param>
    /// <returns>A path with a slash in it, of a file that cannot be executed where there is no other; null where there is none.</returns>
    public static string? Find(string program, string? path, bool hereFirst = false)
    {
        if (OperatingSystem.IsWindows() || program.Contains('/', StringComparison.Ordinal))
        {
            return program;
        }

        string? unfit = null;
        var directories = (string.IsNullOrEmpty(path) ? DefaultPath : path).Split(':');
        foreach (var directory in hereFirst ? directories.Prepend(".") : directories)
        {
            // An empty entry is the current directory.
            var candidate = Path.Combine(directory.Length == 0 ? "." : directory, program);
            if (!File.Exists(candidate))
            {
                continue;
            }

            if ((File.GetUnixFileMode(candidate) & AnyExecute) != 0)
            {
                return candidate;
            }

            unfit ??= candidate;
        }

        return unfit;
    }
}
