namespace Mesos.Launcher.Posix;

/// <summary>Finds a program the way a shell does.</summary>
internal static class ProgramSearch
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <returns>A path with a slash in it; where nothing fits the name itself, so that starting it tells why not.</returns>
    public static string Find(string program, string? path)
    {
        if (OperatingSystem.IsWindows() || program.Contains('/', StringComparison.Ordinal))
        {
            return program;
        }

        foreach (var directory in (string.IsNullOrEmpty(path) ? DefaultPath : path).Split(':'))
        {
            // An empty entry is the current directory.
            var candidate = Path.Combine(directory.Length == 0 ? "." : directory, program);
            if (File.Exists(candidate) && (File.GetUnixFileMode(candidate) & AnyExecute) != 0)
            {
                return candidate;
            }
        }

        return "./" + program;
    }
}
