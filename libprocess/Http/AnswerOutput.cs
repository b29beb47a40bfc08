using System.Buffers;
using System.IO.Pipelines;
using LibProcess.Net;

namespace LibProcess.Http;

/// <summary>The writing side of an accepted connection; tells whether its client takes what is sent. One writer at a time.</summary>
internal sealed class AnswerOutput(PipeWriter writer)
{
    private const int PieceBytes = 64 * 1024;

    private readonly ISendProgress? progress = writer as ISendProgress;
    private int flushes;
    private int waiting;

    /// <summary>The bytes go here; they leave with <see cref="FlushAsync"/>.</summary>
    public PipeWriter Writer => writer;

    /// <summary>
    /// Null while no flush waits for the client. Otherwise a number that changes with every flush and every byte the client
    /// takes. Any thread.
    /// </summary>
    public long? Stalled => Volatile.Read(ref waiting) is > 0 and var flush ? flush + (progress?.SentBytes ?? 0) : null;

    /// <summary>Sends what was written.</summary>
    public ValueTask<FlushResult> FlushAsync()
    {
        ValueTask<FlushResult> flush = writer.FlushAsync(CancellationToken.None);
        return flush.IsCompleted ? flush : WaitAsync(flush);
    }

    /// <summary>Writes bytes, and sends them where they are many. A client that takes them slowly is seen to.</summary>
    /// <returns>False where the client takes nothing more.</returns>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > PieceBytes)
        {
            writer.Write(bytes.Span[..PieceBytes]);
            bytes = bytes[PieceBytes..];
            if ((await FlushAsync().ConfigureAwait(false)).IsCompleted)
            {
                return false;
            }
        }

        writer.Write(bytes.Span);
        return true;
    }

    private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush)
    {
        flushes = Math.Max(1, unchecked(flushes + 1));
        Volatile.Write(ref waiting, flushes);
        try
        {
            return await flush.ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref waiting, 0);
        }
    }
}
