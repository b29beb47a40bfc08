using System.Text;
using Mesos.Slave.Posix;
using Mesos.Slave.Storage;
using SourceType = Mesos.Proto.Resource.Types.DiskInfo.Types.Source.Types.Type;

namespace Mesos.Slave.Host;

/// <summary>The disks among the resources that the operator gives an agent: whether they are there.</summary>
/// <remarks>Upstream: <c>Slave::initialize</c> in src/slave/slave.cpp. What is not absolute lies in the work directory.</remarks>
internal static class DiskSources
{
    private const string Mounts = "/proc/mounts";
    private const UnixFileMode Mode = (UnixFileMode)0b111_101_101;

    /// <summary>Makes the directories of disks that are paths, and looks for those that are mounts.</summary>
    /// <param name="resources">The agent's resources.</param>
    /// <param name="workDirectory">The agent's work directory.</param>
    /// <param name="files">The file system.</param>
    /// <returns>Why a disk cannot be used, or null.</returns>
    public static string? Prepare(IEnumerable<Resource> resources, string workDirectory, IFileSystem files) => resources
        .Where(static resource => resource.Disk?.Source is not null)
        .Select(resource => Prepare(resource.Disk.Source, Path.GetFullPath(workDirectory), files) is { } defect
            ? $"The disk '{Common.Resources.From([resource])}' of --resources cannot be used: {defect}"
            : null)
        .FirstOrDefault(static defect => defect is not null);

    private static string? Prepare(Resource.Types.DiskInfo.Types.Source source, string workDirectory, IFileSystem files) => source switch
    {
        { Type: SourceType.Path, Path: { HasRoot: true, Root.Length: > 0 } path } => Make(Path.Combine(workDirectory, path.Root), files),
        { Type: SourceType.Mount, Mount: { HasRoot: true, Root.Length: > 0 } mount } => Find(Path.Combine(workDirectory, mount.Root), files),
        { Type: SourceType.Path or SourceType.Mount } => $"A disk of type {Name(source)} needs a root",
        _ => $"Disks of type {Name(source)} come from resource providers, not from this flag",
    };

    private static string Name(Resource.Types.DiskInfo.Types.Source source) => source.Type.ToString().ToUpperInvariant();

    private static string? Make(string root, IFileSystem files)
    {
        try
        {
            files.CreateDirectory(root, Mode);
            return null;
        }
        catch (IOException exception)
        {
            return $"The directory '{root}' cannot be made: {exception.Message}";
        }
    }

    private static string? Find(string root, IFileSystem files)
    {
        if (!files.DirectoryExists(root))
        {
            return $"There is no directory '{root}', where a file system is to be mounted";
        }

        if (files.TryRead(Mounts) is not { } table)
        {
            // Other systems than Linux have no such table.
            return null;
        }

        string real = RealPath.Of(root);
        return MountPoints(Encoding.UTF8.GetString(table)).Contains(real) ? null : $"No file system is mounted at '{real}'";
    }

    /// <summary>The second word of each line; blanks in it are written as octal numbers.</summary>
    private static IEnumerable<string> MountPoints(string table) => table
        .Split('\n')
        .Select(static line => line.Split(' '))
        .Where(static words => words.Length > 1)
        .Select(static words => words[1]
            .Replace("\\040", " ", StringComparison.Ordinal)
            .Replace("\\011", "\t", StringComparison.Ordinal)
            .Replace("\\012", "\n", StringComparison.Ordinal)
            .Replace("\\134", "\\", StringComparison.Ordinal));
}
