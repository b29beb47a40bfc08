using System.Formats.Tar;

namespace Mesos.Slave.Tests.Support;

/// <summary>The work directory that a real agent left in the middle of the recording <c>agent-restart-recovery</c>.</summary>
internal static class OriginalWorkDirectory
{
    public const string Slave = "e4797046-6e71-4a45-b20c-bab8d29f053a-S0";
    public const string Framework = "e4797046-6e71-4a45-b20c-bab8d29f053a-0000";
    /// <summary>Where it was then.</summary>
    public const string Location = "/var/lib/mesos/agent-restart-recovery/a";

    public const string Run = "8f0f2ca6-2adf-42fe-9a71-30e25db460b1";

    /// <returns>A new directory with what is in the archive; it belongs to the caller.</returns>
    public static string Unpack()
    {
        string directory = Directory.CreateTempSubdirectory("real-agent").FullName;
        using FileStream archive = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "agent-work-dir.tar"));
        using TarReader reader = new(archive);
        while (reader.GetNextEntry() is { } entry)
        {
            string path = Path.Combine(directory, entry.Name);
            if (entry.EntryType == TarEntryType.SymbolicLink)
            {
                // Its target is where the work directory was then.
                Directory.CreateSymbolicLink(path, entry.LinkName);
            }
            else if (entry.EntryType == TarEntryType.Directory)
            {
                Directory.CreateDirectory(path);
                SetMode(path, entry.Mode);
            }
            else
            {
                entry.ExtractToFile(path, overwrite: true);
                SetMode(path, entry.Mode);
            }
        }

        return directory;
    }

    /// <summary>
    /// What our agent does not write, by its path below the work directory. Output is written by the container's program, which exists in
    /// name only in these tests. The store of resource providers and the directory of images are made by every real agent and hold
    /// nothing where neither is used: one that goes on from a directory of ours makes them itself.
    /// </summary>
    public static bool IsLeftToOthers(string path) =>
        path.StartsWith($"slaves/{Slave}/", StringComparison.Ordinal) && (path.Contains($"/{Run}/stdout", StringComparison.Ordinal) || path.Contains($"/{Run}/stderr", StringComparison.Ordinal))
        || path.StartsWith($"meta/slaves/{Slave}/resource_provider_registry/", StringComparison.Ordinal)
        || path.StartsWith("provisioner/", StringComparison.Ordinal);

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}
