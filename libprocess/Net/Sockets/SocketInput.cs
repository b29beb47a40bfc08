using System.Net.Sockets;

namespace LibProcess.Net.Sockets;

/// <summary>
/// The receiving half of a socket as the stream under a pipe reader. A connection that breaks ends the stream like one that
/// was closed: what a peer sent before counts in both cases.
/// </summary>
internal sealed class SocketInput(Socket socket) : Stream
{
    private readonly SocketOperation operation = new();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask<SocketError> pending = operation.ReceiveAsync(socket, buffer);
        return pending.IsCompletedSuccessfully ? new ValueTask<int>(Received(pending.Result)) : Slow(this, pending);

        static async ValueTask<int> Slow(SocketInput input, ValueTask<SocketError> pending) =>
            input.Received(await pending.ConfigureAwait(false));
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
