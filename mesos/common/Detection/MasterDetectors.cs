using LibProcess.Addressing;
using LibProcess.Processes;

namespace Mesos.Common.Detection;

/// <summary>Makes the detector for a location.</summary>
public static class MasterDetectors
{
    /// <summary>Starts the detector that a location asks for.</summary>
    /// <param name="manager">The node it runs on.</param>
    /// <param name="location">Where to look.</param>
    /// <param name="cancellation">Gives up looking a host name up.</param>
    /// <exception cref="MasterDetectionException">The host name is unknown, or the kind of location is not built.</exception>
    public static async Task<IMasterDetector> StartAsync(
        ProcessManager manager,
        MasterLocation location,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(manager);
        ArgumentNullException.ThrowIfNull(location);
        if (location is not MasterLocation.Process process)
        {
            throw new MasterDetectionException($"Finding the master through ZooKeeper is not built: '{location}' cannot be used, name a master as host:port");
        }

        var text = process.ToString();
        if (!NetworkAddress.TryParseIp(process.Host, out _))
        {
            await manager.Hosts.ResolveAsync(process.Host, cancellation).ConfigureAwait(false);
        }

        return UPid.TryParse(text, manager.Hosts, out var pid) && pid.IsValid
            ? StandaloneMasterDetectorProcess.Start(manager, pid)
            : throw new MasterDetectionException($"The host of the master '{text}' has no IPv4 address");
    }
}
