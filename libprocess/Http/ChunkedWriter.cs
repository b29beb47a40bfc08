using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace LibProcess.Http;

/// <summary>What the author of a streaming answer writes into: each flush leaves as one chunk.</summary>
/// <remarks>Not for two threads at a time. Once the client is gone bytes are thrown away and flushes say so.</remarks>
internal sealed class ChunkedWriter(PipeWriter output, CancellationToken gone) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> chunk = new();
    private bool completed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => chunk.WrittenCount;

    /// <summary>Whether the connection did not take a flush.</summary>
    public bool IsLost { get; private set; }

    public override Memory<byte> GetMemory(int sizeHint = 0) => chunk.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => chunk.GetSpan(sizeHint);

    public override void Advance(int bytes) => chunk.Advance(bytes);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsLost || completed || gone.IsCancellationRequested)
        {
            chunk.ResetWrittenCount();
            return new FlushResult(isCanceled: false, isCompleted: true);
        }

        if (chunk.WrittenCount > 0)
        {
            Encoding.ASCII.GetBytes(chunk.WrittenCount.ToString("x", CultureInfo.InvariantCulture), output);
            output.Write("\r\n"u8);
            output.Write(chunk.WrittenSpan);
            output.Write("\r\n"u8);
            chunk.ResetWrittenCount();
        }

        FlushResult result = await output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        IsLost |= result.IsCompleted;
        return result;
    }

    public override void CancelPendingFlush() => throw new NotSupportedException("A flush ends with the connection");

    /// <summary>Whether it is called or not, the answer ends when the method that writes it returns.</summary>
    public override void Complete(Exception? exception = null) => completed = true;

    /// <summary>Writes what was not flushed, and the end of the body; not flushed.</summary>
    public void WriteEnd()
    {
        completed = false;
        if (chunk.WrittenCount > 0)
        {
            Encoding.ASCII.GetBytes(chunk.WrittenCount.ToString("x", CultureInfo.InvariantCulture), output);
            output.Write("\r\n"u8);
            output.Write(chunk.WrittenSpan);
            output.Write("\r\n"u8);
        }

        completed = true;
        output.Write("0\r\n\r\n"u8);
    }
}
