using Mesos.Common.Values;

namespace Mesos.Slave.Paths;

/// <summary>The directory an executor runs in.</summary>
/// <remarks>Upstream: <c>paths::createExecutorDirectory</c> in src/slave/paths.cpp.</remarks>
internal static class Sandbox
{
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <summary>Creates the directory of a run, closed to others, and points the link <c>latest</c> to it.</summary>
    /// <returns>Its absolute path.</returns>
    /// <exception cref="IOException">It cannot be created, or an id cannot be the name of a directory.</exception>
    public static string Create(string workDirectory, string slaveId, string frameworkId, string executorId, string containerId)
    {
        foreach (string id in new[] { slaveId, frameworkId, executorId })
        {
            if (IdRules.Validate(id) is { } defect)
            {
                throw new IOException(defect);
            }
        }

        string runs = SlavePaths.Runs(Path.GetFullPath(workDirectory), slaveId, frameworkId, executorId);
        string run = Path.Combine(runs, containerId);
        string latest = Path.Combine(runs, SlavePaths.Latest);
        try
        {
            Directory.CreateDirectory(runs);
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(run);
            }
            else
            {
                Directory.CreateDirectory(run, Mode);
            }

            // A link is removed as a file is, whether or not what it points to still exists.
            File.Delete(latest);
            Directory.CreateSymbolicLink(latest, run);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException($"Failed to create executor directory '{run}': {exception.Message}", exception);
        }

        return run;
    }
}
