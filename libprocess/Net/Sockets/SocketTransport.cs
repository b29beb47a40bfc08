using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace LibProcess.Net.Sockets;

/// <summary>TCP.</summary>
/// <remarks>Upstream: 3rdparty/libprocess/src/posix/poll_socket.cpp.</remarks>
internal sealed class SocketTransport(ILoggerFactory loggers, TimeProvider clock) : ITransport
{
    // The system cuts this down to what it allows.
    private const int Backlog = 500_000;

    // SOL_SOCKET and SO_REUSEADDR of Linux: the base library's option of that name would also let others take the port.
    private const int LinuxSocketLevel = 1;
    private const int LinuxReuseAddress = 2;

    private readonly ILogger logger = loggers.CreateLogger("LibProcess.Net");

    public IListener Listen(IPEndPoint endPoint, Action<IConnection> onAccepted)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SocketListener listener;
        try
        {
            if (OperatingSystem.IsLinux())
            {
                socket.SetRawSocketOption(LinuxSocketLevel, LinuxReuseAddress, BitConverter.GetBytes(1));
            }

            socket.Bind(endPoint);
            socket.Listen(Backlog);
            listener = new SocketListener(socket, onAccepted, clock, logger);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException($"Cannot listen on {endPoint}: {exception.Message}", exception);
        }

        _ = listener.RunAsync();
        return listener;
    }

    public async ValueTask<IConnection> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endPoint, cancellation).ConfigureAwait(false);
            return new SocketConnection(socket);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException($"Cannot connect to {endPoint}: {exception.Message}", exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
