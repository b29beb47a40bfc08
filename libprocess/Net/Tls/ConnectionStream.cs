using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;

namespace LibProcess.Net.Tls;

/// <summary>A connection as the stream under TLS. Disposing it leaves the connection as it is.</summary>
internal sealed class ConnectionStream(IConnection connection) : Stream
{
    private readonly PipeReader input = connection.Input;
    private readonly PipeWriter output = connection.Output;
    private readonly ArraySegment<byte>[] block = new ArraySegment<byte>[1];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads what is there; with an empty buffer it waits until there is something.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ReadResult result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
        ReadOnlySequence<byte> taken = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length));
        taken.CopyTo(buffer.Span);
        input.AdvanceTo(taken.End);
        return (int)taken.Length;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if ((await WriteBlockAsync(buffer, cancellationToken).ConfigureAwait(false)).IsCompleted)
        {
            throw new IOException("the peer takes nothing more");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private ValueTask<FlushResult> WriteBlockAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        if (output is not IBlockWriter blocks || !MemoryMarshal.TryGetArray(buffer, out ArraySegment<byte> array))
        {
            return output.WriteAsync(buffer, cancellation);
        }

        block[0] = array;
        return blocks.WriteAsync(block);
    }
}
