using System.Net;
using System.Net.Sockets;

namespace LibProcess.Net.Tls;

/// <summary>Asks the system's name service.</summary>
/// <remarks>Upstream: <c>net::getHostname</c> in 3rdparty/stout, which answers with the address where it has no name.</remarks>
internal sealed class SystemReverseResolver : IReverseResolver
{
    public static SystemReverseResolver Instance { get; } = new();

    public async ValueTask<string?> FindNameAsync(IPAddress address, CancellationToken cancellation)
    {
        try
        {
            string name = (await Dns.GetHostEntryAsync(address.ToString(), cancellation).ConfigureAwait(false)).HostName;
            return name.Length == 0 ? address.ToString() : name;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData)
        {
            return address.ToString();
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
