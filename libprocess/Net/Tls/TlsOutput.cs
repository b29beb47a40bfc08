using System.IO.Pipelines;
using System.Net.Security;

namespace LibProcess.Net.Tls;

/// <summary>
/// Takes what TLS is to encrypt: bytes collect in pooled blocks and leave with a flush. Once the connection is broken everything
/// is thrown away and each flush says that the reader is gone.
/// </summary>
internal sealed class TlsOutput(SslStream tls, PipeWriter encrypted) : PipeWriter, IBlockWriter, ISendProgress
{
    private readonly OutgoingBuffer buffer = new();
    private bool broken;
    private bool completed;

    /// <summary>Encrypted bytes; they tell as well whether the peer takes any.</summary>
    public long SentBytes => (encrypted as ISendProgress)?.SentBytes ?? 0;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => buffer.Bytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => buffer.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => buffer.GetSpan(sizeHint);

    public override void Advance(int bytes) => buffer.Advance(bytes);

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        await SendAsync(buffer.Blocks).ConfigureAwait(false);
        buffer.Clear();
        return Result();
    }

    public async ValueTask<FlushResult> WriteAsync(IReadOnlyList<ArraySegment<byte>> blocks)
    {
        await FlushAsync().ConfigureAwait(false);
        await SendAsync(blocks).ConfigureAwait(false);
        return Result();
    }

    public override void CancelPendingFlush() => throw new NotSupportedException("A flush ends with the connection");

    /// <summary>Ends the stream without the goodbye of TLS.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (!completed)
        {
            completed = true;
            broken = true;
            buffer.Clear();
            encrypted.Complete(exception);
        }
    }

    /// <summary>Sends what is there, says goodbye, and tells the peer that nothing more will come.</summary>
    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (!completed && exception is null)
        {
            await FlushAsync().ConfigureAwait(false);
            await SayGoodbyeAsync().ConfigureAwait(false);
        }

        Complete(exception);
    }

    private async ValueTask SendAsync(IReadOnlyList<ArraySegment<byte>> blocks)
    {
        try
        {
            for (int i = 0; i < blocks.Count && !broken; i++)
            {
                await tls.WriteAsync(blocks[i]).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (TlsConnection.IsEnd(exception))
        {
            broken = true;
        }
    }

    private async ValueTask SayGoodbyeAsync()
    {
        if (broken)
        {
            return;
        }

        try
        {
            await tls.ShutdownAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (TlsConnection.IsEnd(exception))
        {
            // The connection is over already.
        }
    }

    private FlushResult Result() => new(isCanceled: false, isCompleted: broken);
}
