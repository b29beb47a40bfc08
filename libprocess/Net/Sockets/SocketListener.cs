using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace LibProcess.Net.Sockets;

/// <summary>Accepts TCP connections until it is disposed.</summary>
internal sealed partial class SocketListener : IListener
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly Socket socket;
    private readonly Action<IConnection> onAccepted;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private volatile bool stopped;

    public SocketListener(Socket socket, Action<IConnection> onAccepted, TimeProvider clock, ILogger logger)
    {
        this.socket = socket;
        this.onAccepted = onAccepted;
        this.clock = clock;
        this.logger = logger;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    public IPEndPoint EndPoint { get; }

    public async Task RunAsync()
    {
        while (!stopped)
        {
            try
            {
                Accepted(await socket.AcceptAsync().ConfigureAwait(false));
            }
            catch (Exception) when (stopped)
            {
                return;
            }
            catch (SocketException exception)
            {
                // A connection that ended before it was accepted, or no descriptors left: others may still come.
                LogAcceptFailed(EndPoint, exception.SocketErrorCode);
                if (exception.SocketErrorCode != SocketError.ConnectionReset)
                {
                    await Task.Delay(PauseAfterFailure, clock).ConfigureAwait(false);
                }
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        stopped = true;
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Accepted(Socket accepted)
    {
        SocketConnection connection;
        try
        {
            connection = new SocketConnection(accepted);
        }
        catch (SocketException)
        {
            // The client has gone already.
            accepted.Dispose();
            return;
        }

        onAccepted(connection);
    }

    [LoggerMessage(1020, LogLevel.Warning, "Cannot accept a connection on {EndPoint}: {Error}")]
    private partial void LogAcceptFailed(IPEndPoint endPoint, SocketError error);
}
