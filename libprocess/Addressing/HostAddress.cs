using System.Net;
using System.Net.Sockets;
using LibProcess.Processes;

namespace LibProcess.Addressing;

/// <summary>Which address peers are told where the node listens on all of them.</summary>
/// <remarks>Upstream: <c>initialize</c> in 3rdparty/libprocess/src/process.cpp.</remarks>
internal static class HostAddress
{
    /// <summary>The bound address, or for 0.0.0.0 the first address of the machine's name.</summary>
    /// <param name="bound">What the node listens on.</param>
    /// <exception cref="ProcessEnvironmentException">The name has no IPv4 address.</exception>
    public static IPAddress Advertised(IPAddress bound) =>
        Advertised(bound, Dns.GetHostName(), static name => Dns.GetHostAddresses(name, AddressFamily.InterNetwork));

    /// <summary>Likewise, with the name service given.</summary>
    public static IPAddress Advertised(IPAddress bound, string hostName, Func<string, IPAddress[]> lookUp)
    {
        if (!bound.Equals(IPAddress.Any))
        {
            return bound;
        }

        SocketException? cause = null;
        try
        {
            if (Array.Find(lookUp(hostName), static address => address.AddressFamily == AddressFamily.InterNetwork) is { } found)
            {
                return found;
            }
        }
        catch (SocketException exception)
        {
            cause = exception;
        }

        throw new ProcessEnvironmentException(
            $"The name of this machine, '{hostName}', has no IPv4 address that could be advertised to peers: "
            + "set LIBPROCESS_IP or LIBPROCESS_ADVERTISE_IP, or make the name service know it",
            cause);
    }
}
