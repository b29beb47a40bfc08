using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;

namespace LibProcess.Net.Sockets;

/// <summary>A TCP connection. Idle ones hold no buffers.</summary>
internal sealed class SocketConnection : IConnection, IDirectInput
{
    // Receives this much at a time; 80 KiB at the original.
    private const int ReceiveBytes = 64 * 1024;
    private static readonly StreamPipeReaderOptions ReaderOptions =
        new(bufferSize: ReceiveBytes, minimumReadSize: ReceiveBytes / 8, useZeroByteReads: true);

    private readonly Socket socket;
    private readonly SocketInput received;

    /// <param name="socket">Connected; from now on belongs to the connection.</param>
    public SocketConnection(Socket socket)
    {
        this.socket = socket;
        socket.NoDelay = true;
        socket.Blocking = false;
        RemoteEndPoint = (IPEndPoint)socket.RemoteEndPoint!;
        received = new SocketInput(socket);
        Input = PipeReader.Create(received, ReaderOptions);
        Output = new SocketOutput(socket);
    }

    public IPEndPoint RemoteEndPoint { get; }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public ValueTask<int> ReadDirectlyAsync(Memory<byte> buffer) => received.ReadAsync(buffer);

    public void Abort() => socket.Dispose();

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        await Input.CompleteAsync().ConfigureAwait(false);
        Output.Complete();
    }
}
