using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace LibProcess.Http;

/// <summary>
/// What the author of a streaming answer writes into: each flush leaves as one chunk. Once the client is gone, or the answer
/// over, bytes are thrown away and flushes say so.
/// </summary>
/// <remarks>
/// One thread writes at a time, and waits for its flush before it writes again. That author and connection come to their ends
/// at the same time is no error: the connection waits for the flush that is under way.
/// </remarks>
internal sealed class ChunkedWriter(AnswerOutput answer, CancellationToken gone) : PipeWriter
{
    private readonly Lock gate = new();
    private readonly PipeWriter output = answer.Writer;
    private readonly ArrayBufferWriter<byte> chunk = new();
    private Task<FlushResult> flushing = Task.FromResult(default(FlushResult));
    private bool isClosed;
    private bool isLost;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => chunk.WrittenCount;

    public override Memory<byte> GetMemory(int sizeHint = 0) => chunk.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => chunk.GetSpan(sizeHint);

    public override void Advance(int bytes) => chunk.Advance(bytes);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            Task<FlushResult> current;
            bool isMine = false;
            lock (gate)
            {
                if (isClosed || isLost || gone.IsCancellationRequested)
                {
                    chunk.ResetWrittenCount();
                    return new FlushResult(isCanceled: false, isCompleted: true);
                }

                if (flushing.IsCompleted)
                {
                    WriteChunk();
                    flushing = answer.FlushAsync().AsTask();
                    isMine = true;
                }

                current = flushing;
            }

            FlushResult result = await current.ConfigureAwait(false);
            isLost |= result.IsCompleted;
            if (isMine)
            {
                return result;
            }
        }
    }

    public override void CancelPendingFlush() => throw new NotSupportedException("A flush ends with the connection");

    /// <summary>Whether it is called or not, the answer ends when the method that writes it returns.</summary>
    public override void Complete(Exception? exception = null)
    {
    }

    /// <summary>The answer is over: what its author still does has no effect.</summary>
    /// <returns>False where the connection did not take everything.</returns>
    public async ValueTask<bool> CloseAsync()
    {
        lock (gate)
        {
            isClosed = true;
        }

        isLost |= (await flushing.ConfigureAwait(false)).IsCompleted;
        return !isLost;
    }

    /// <summary>After <see cref="CloseAsync"/>: writes what was not flushed, and the end of the body; not flushed.</summary>
    public void WriteEnd()
    {
        WriteChunk();
        output.Write("0\r\n\r\n"u8);
    }

    private void WriteChunk()
    {
        if (chunk.WrittenCount == 0)
        {
            return;
        }

        Encoding.ASCII.GetBytes(chunk.WrittenCount.ToString("x", CultureInfo.InvariantCulture), output);
        output.Write("\r\n"u8);
        output.Write(chunk.WrittenSpan);
        output.Write("\r\n"u8);
        chunk.ResetWrittenCount();
    }
}
