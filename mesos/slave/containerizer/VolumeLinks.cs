using Mesos.Common;
using Mesos.Slave.Paths;
using Mesos.Slave.Posix;
using Mesos.Slave.Storage;
using Microsoft.Extensions.Logging;

namespace Mesos.Slave.Containerizer;

/// <summary>The persistent volumes that a container sees.</summary>
/// <param name="directory">The sandbox.</param>
/// <param name="owner">Whom volumes are given to; null where the container runs as the agent's own user.</param>
internal sealed class SandboxVolumes(string directory, string? owner)
{
    public string Directory => directory;

    public string? Owner => owner;

    /// <summary>Directories of volumes by the name under which they are seen.</summary>
    public Dictionary<string, string> Links { get; } = new(StringComparer.Ordinal);
}

/// <summary>Shows persistent volumes in sandboxes, as links.</summary>
/// <remarks>Upstream: src/slave/containerizer/mesos/isolators/filesystem/posix.cpp. Used by the containerizer's process only, which may block.</remarks>
internal sealed partial class VolumeLinks(string workDirectory, IFileSystem files, IUserAccounts accounts, ILogger logger)
{
    private readonly ILogger logger = logger;

    /// <summary>Lets a container see the volumes among its resources, and no others.</summary>
    /// <param name="sandbox">The container.</param>
    /// <param name="resources">All it may use from now on.</param>
    /// <param name="all">Every container there is, this one included or not.</param>
    /// <exception cref="IOException">A volume cannot be shown; the message says which and why.</exception>
    public void Update(SandboxVolumes sandbox, IEnumerable<Resource> resources, IEnumerable<SandboxVolumes> all)
    {
        Dictionary<string, Resource> wanted = Wanted(sandbox, resources);
        foreach ((string name, string volume) in sandbox.Links.Where(link => !wanted.ContainsKey(link.Key)).ToArray())
        {
            LogRemoving(name, volume, sandbox.Directory);
            files.Delete(Path.Combine(sandbox.Directory, name));
            sandbox.Links.Remove(name);
        }

        foreach ((string name, Resource volume) in wanted)
        {
            Show(sandbox, name, volume, all);
        }
    }

    private Dictionary<string, Resource> Wanted(SandboxVolumes sandbox, IEnumerable<Resource> resources)
    {
        var wanted = new Dictionary<string, Resource>(StringComparer.Ordinal);
        foreach (Resource volume in resources.Where(static resource => resource.IsPersistentVolume() && resource.Disk.Volume is not null))
        {
            string name = volume.Disk.Volume.ContainerPath;
            if (VolumePaths.Refuse(volume) is { } refusal)
            {
                throw new IOException($"Persistent volume '{volume.Disk.Persistence.Id}' cannot be used: {refusal}");
            }

            if (name.Contains('/', StringComparison.Ordinal) || name is "" or "." or "..")
            {
                LogSkipping(name, sandbox.Directory);
                continue;
            }

            if (wanted.TryGetValue(name, out Resource? other) && VolumePaths.Of(workDirectory, other) != VolumePaths.Of(workDirectory, volume))
            {
                throw new IOException($"Two persistent volumes are to be seen as '{name}' in '{sandbox.Directory}'");
            }

            wanted[name] = volume;
        }

        return wanted;
    }

    private void Show(SandboxVolumes sandbox, string name, Resource volume, IEnumerable<SandboxVolumes> all)
    {
        string target = VolumePaths.Of(workDirectory, volume);
        if (sandbox.Links.TryGetValue(name, out string? shown) && shown == target)
        {
            return;
        }

        if (sandbox.Owner is { } owner && !(volume.IsShared() && all.Any(other => other != sandbox && other.Links.ContainsValue(target))))
        {
            accounts.GiveDirectory(target, owner);
        }

        if (volume.Disk.Volume.Mode == Volume.Types.Mode.Ro)
        {
            LogNotReadOnly(target, sandbox.Directory);
        }

        string link = Path.Combine(sandbox.Directory, name);
        if (files.ReadLink(link) is { } there)
        {
            // An earlier run of the agent made it, or the container did.
            if (there != target)
            {
                throw new IOException($"The existing symlink '{link}' points to '{there}' and the new target is '{target}'");
            }
        }
        else
        {
            LogAdding(name, target, sandbox.Directory);
            files.CreateLink(link, target);
        }

        sandbox.Links[name] = target;
    }

    [LoggerMessage(3411, LogLevel.Information, "Showing persistent volume '{Volume}' as '{Name}' in '{Sandbox}'")]
    private partial void LogAdding(string name, string volume, string sandbox);

    [LoggerMessage(3412, LogLevel.Information, "Removing '{Name}', which shows persistent volume '{Volume}', from '{Sandbox}'")]
    private partial void LogRemoving(string name, string volume, string sandbox);

    [LoggerMessage(3413, LogLevel.Warning, "Not showing a persistent volume as '{Name}' in '{Sandbox}': that is no name of one file")]
    private partial void LogSkipping(string name, string sandbox);

    [LoggerMessage(3414, LogLevel.Warning, "Persistent volume '{Volume}' can be written to in '{Sandbox}', though it is to be read only: links cannot prevent that")]
    private partial void LogNotReadOnly(string volume, string sandbox);
}
