using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace LibProcess.Net.Sockets;

/// <summary>TCP.</summary>
internal sealed class SocketTransport(ILoggerFactory loggers) : ITransport
{
    public IListener Listen(IPEndPoint endPoint, Action<IConnection> onAccepted)
    {
        _ = loggers;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(endPoint);
        return new L(socket);
    }

    public ValueTask<IConnection> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellation) => throw new NotImplementedException();

    private sealed class L(Socket socket) : IListener
    {
        public IPEndPoint EndPoint => (IPEndPoint)socket.LocalEndPoint!;

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
