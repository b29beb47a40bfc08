using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace LibProcess.Net.Sockets;

/// <summary>
/// The sending half of a socket: bytes collect in pooled blocks and leave with a flush, without another thread in between.
/// Once the connection is broken everything is thrown away and each flush says that the reader is gone.
/// </summary>
internal sealed class SocketOutput(Socket socket) : PipeWriter, IBlockWriter, ISendProgress, IDisposable
{
    private const int BlockBytes = 64 * 1024;

    private readonly SocketOperation operation = new();
    private readonly List<(byte[] Block, int Length)> full = [];
    private byte[] block = [];
    private int used;
    private long unflushed;
    private long sentBytes;
    private bool broken;
    private bool completed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => unflushed;

    public long SentBytes => Volatile.Read(ref sentBytes);

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return block.AsMemory(used);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return block.AsSpan(used);
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)bytes, (uint)(block.Length - used));
        used += bytes;
        unflushed += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (unflushed == 0 || broken)
        {
            Discard();
            return new ValueTask<FlushResult>(Result());
        }

        return FlushBlocksAsync();
    }

    public async ValueTask<FlushResult> WriteAsync(IReadOnlyList<ArraySegment<byte>> blocks)
    {
        await FlushAsync().ConfigureAwait(false);
        (int index, int offset) = blocks.Count > 1 && !broken ? SendTogether(blocks) : (0, 0);
        for (; index < blocks.Count && !broken; index++, offset = 0)
        {
            await SendAsync(blocks[index].AsMemory(offset)).ConfigureAwait(false);
        }

        return Result();
    }

    public override void CancelPendingFlush() => throw new NotSupportedException("A flush ends with the connection");

    /// <summary>Tells the peer that nothing more will come.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (completed)
        {
            return;
        }

        completed = true;
        broken = true;
        Discard();
        Dispose();
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The connection is over already.
        }
    }

    public void Dispose() => operation.Dispose();

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (!completed && exception is null)
        {
            await FlushAsync().ConfigureAwait(false);
        }

        Complete(exception);
    }

    private async ValueTask<FlushResult> FlushBlocksAsync()
    {
        for (int i = 0; i < full.Count && !broken; i++)
        {
            await SendAsync(full[i].Block.AsMemory(0, full[i].Length)).ConfigureAwait(false);
        }

        if (!broken)
        {
            await SendAsync(block.AsMemory(0, used)).ConfigureAwait(false);
        }

        Discard();
        return Result();
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> bytes) =>
        TrySendAtOnce(ref bytes) ? ValueTask.CompletedTask : SendSlowAsync(bytes);

    private async ValueTask SendSlowAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0 && !broken)
        {
            broken = await operation.SendAsync(socket, bytes).ConfigureAwait(false) != SocketError.Success;
            bytes = broken ? default : bytes[Sent(operation.BytesTransferred)..];
        }
    }

    /// <summary>One system call for all blocks; it may send a part of them.</summary>
    /// <returns>The first byte that was not sent.</returns>
    private (int Index, int Offset) SendTogether(IReadOnlyList<ArraySegment<byte>> blocks)
    {
        int sent;
        try
        {
            sent = socket.Send((IList<ArraySegment<byte>>)blocks, SocketFlags.None, out SocketError error);
            broken = error is not (SocketError.Success or SocketError.WouldBlock);
        }
        catch (ObjectDisposedException)
        {
            broken = true;
            return (0, 0);
        }

        Sent(sent);
        int index = 0;
        while (index < blocks.Count && sent >= blocks[index].Count)
        {
            sent -= blocks[index++].Count;
        }

        return (index, sent);
    }

    /// <returns>False where the peer does not take all of it now; the rest is left.</returns>
    private bool TrySendAtOnce(ref ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int sent;
            SocketError error;
            try
            {
                sent = socket.Send(bytes.Span, SocketFlags.None, out error);
            }
            catch (ObjectDisposedException)
            {
                (sent, error) = (0, SocketError.OperationAborted);
            }

            if (error == SocketError.WouldBlock)
            {
                return false;
            }

            if (error != SocketError.Success)
            {
                broken = true;
                return true;
            }

            bytes = bytes[Sent(sent)..];
        }

        return true;
    }

    private int Sent(int bytes)
    {
        Volatile.Write(ref sentBytes, sentBytes + bytes);
        return bytes;
    }

    private void Reserve(int sizeHint)
    {
        if (block.Length - used >= Math.Max(sizeHint, 1))
        {
            return;
        }

        if (used > 0)
        {
            full.Add((block, used));
        }
        else
        {
            Return(block);
        }

        used = 0;
        block = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, BlockBytes));
    }

    private void Discard()
    {
        foreach ((byte[] sent, _) in full)
        {
            Return(sent);
        }

        full.Clear();
        Return(block);
        block = [];
        used = 0;
        unflushed = 0;
    }

    private static void Return(byte[] array)
    {
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private FlushResult Result() => new(isCanceled: false, isCompleted: broken);
}
