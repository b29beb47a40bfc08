using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace LibProcess.Net.Sockets;

/// <summary>One asynchronous send or receive at a time, reused for the life of a connection. Failures are values, not exceptions.</summary>
internal sealed class SocketOperation() : SocketAsyncEventArgs(true), IValueTaskSource<SocketError>
{
    private ManualResetValueTaskSourceCore<SocketError> core;

    /// <summary>Receives into the buffer; with an empty buffer it waits until there is something to receive.</summary>
    public ValueTask<SocketError> ReceiveAsync(Socket socket, Memory<byte> buffer)
    {
        try
        {
            SetBuffer(buffer);
            core.Reset();
            return socket.ReceiveAsync(this) ? new ValueTask<SocketError>(this, core.Version) : new ValueTask<SocketError>(SocketError);
        }
        catch (ObjectDisposedException)
        {
            return new ValueTask<SocketError>(SocketError.OperationAborted);
        }
    }

    /// <summary>Sends at least one byte of the buffer.</summary>
    public ValueTask<SocketError> SendAsync(Socket socket, ReadOnlyMemory<byte> buffer)
    {
        try
        {
            SetBuffer(System.Runtime.InteropServices.MemoryMarshal.AsMemory(buffer));
            core.Reset();
            return socket.SendAsync(this) ? new ValueTask<SocketError>(this, core.Version) : new ValueTask<SocketError>(SocketError);
        }
        catch (ObjectDisposedException)
        {
            return new ValueTask<SocketError>(SocketError.OperationAborted);
        }
    }

    protected override void OnCompleted(SocketAsyncEventArgs e) => core.SetResult(SocketError);

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => core.GetStatus(token);

    void IValueTaskSource<SocketError>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);
}
