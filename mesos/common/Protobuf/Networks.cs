using Mesos.Proto;

namespace Mesos.Common.Protobuf;

/// <summary>What a container asks for of networks.</summary>
public static class Networks
{
    /// <summary>Whether it is another network than that of the machine: one that has a name, or of which something is wanted.</summary>
    public static bool IsOfItsOwn(NetworkInfo network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.HasName ||
            network.Groups.Count > 0 ||
            network.PortMappings.Count > 0 ||
            network.IpAddresses.Any(static address => address.HasIpAddress);
    }
}
