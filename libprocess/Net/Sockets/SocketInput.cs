using System.Net.Sockets;

namespace LibProcess.Net.Sockets;

/// <summary>
/// The receiving half of a socket as the stream under a pipe reader. A connection that breaks ends the stream like one that
/// was closed: what a peer sent before counts in both cases.
/// </summary>
internal sealed class SocketInput(Socket socket) : ReadingStream
{
    private readonly SocketOperation operation = new();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask<SocketError> pending = operation.ReceiveAsync(socket, buffer);
        return pending.IsCompletedSuccessfully ? new ValueTask<int>(Received(pending.Result)) : Slow(this, pending);

        static async ValueTask<int> Slow(SocketInput input, ValueTask<SocketError> pending) =>
            input.Received(await pending.ConfigureAwait(false));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            operation.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Received(SocketError error) => error == SocketError.Success ? operation.BytesTransferred : 0;
}
