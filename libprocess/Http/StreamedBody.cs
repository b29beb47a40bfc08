using System.Buffers;
using System.IO.Pipelines;
using LibProcess.Net;
using LibProcess.Scheduling;

namespace LibProcess.Http;

/// <summary>
/// The body of a request on its way to a handler that reads it while it arrives. The connection writes, and waits once more than a
/// window is unread.
/// </summary>
/// <remarks>
/// Upstream: <c>StreamingRequestDecoder</c> in 3rdparty/libprocess/src/decoder.hpp and <c>Pipe</c> in http.cpp. One thread, that of
/// the connection, calls everything but <see cref="Abandon"/>.
/// </remarks>
internal sealed class StreamedBody
{
    /// <summary>What the original says of bodies that cannot be decoded.</summary>
    public const string Undecodable = "failed to decode body";

    private readonly Pipe pipe;
    private readonly WireLimits limits;
    private State state;
    private long remaining;
    private int trailerBytes;
    private bool isDiscarding;
    private volatile bool isAbandoned;

    public StreamedBody(BodyFraming framing, long contentLength, bool isGzip, WireLimits limits)
    {
        this.limits = limits;
        int window = Math.Max(1, limits.StreamWindowBytes);
        PipeScheduler? scheduler = SimulatedThread.IsCurrent ? PipeScheduler.Inline : null;
        pipe = new Pipe(new PipeOptions(null, scheduler, scheduler, pauseWriterThreshold: window, resumeWriterThreshold: (window + 1) / 2));
        (state, remaining) = framing == BodyFraming.Chunked ? (State.Size, 0) : (State.Length, contentLength);
        Reader = isGzip ? PipeReader.Create(new InflatingStream(pipe.Reader.AsStream(), Malformed)) : new ContextKeepingReader(pipe.Reader);
    }

    private enum State
    {
        Length,
        Size,
        Chunk,
        ChunkEnd,
        Trailers,
    }

    /// <summary>For the handler.</summary>
    public PipeReader Reader { get; }

    /// <summary>Whether <see cref="FlushAsync"/> has something to hand over.</summary>
    public bool HasUnflushed { get; private set; }

    /// <summary>Takes what it can, about a window at a time; what is used up is cut from the buffer.</summary>
    /// <returns>
    /// <see cref="BodyResult.NeedMore"/> also where the buffer is not empty yet but a flush is due.
    /// </returns>
    public BodyResult Read(ref ReadOnlySequence<byte> buffer)
    {
        int taken = 0;
        Span<byte> end = stackalloc byte[2];
        while (taken < limits.StreamWindowBytes || isDiscarding)
        {
            switch (state)
            {
                case State.Length:
                    taken += Take(ref buffer);
                    if (remaining == 0)
                    {
                        return BodyResult.Complete;
                    }

                    if (buffer.IsEmpty)
                    {
                        return BodyResult.NeedMore;
                    }

                    break;

                case State.Size:
                    BodyResult line = ChunkLine.ReadSize(buffer, limits.MaxChunkExtensionBytes, out int lineLength, out remaining);
                    if (line != BodyResult.Complete)
                    {
                        return line;
                    }

                    buffer = buffer.Slice(lineLength);
                    state = remaining == 0 ? State.Trailers : State.Chunk;
                    break;

                case State.Chunk:
                    taken += Take(ref buffer);
                    if (remaining == 0)
                    {
                        state = State.ChunkEnd;
                    }
                    else if (buffer.IsEmpty)
                    {
                        return BodyResult.NeedMore;
                    }

                    break;

                case State.ChunkEnd:
                    if (buffer.Length < 2)
                    {
                        return BodyResult.NeedMore;
                    }

                    buffer.Slice(0, 2).CopyTo(end);
                    if (!end.SequenceEqual("\r\n"u8))
                    {
                        return BodyResult.Malformed;
                    }

                    buffer = buffer.Slice(2);
                    state = State.Size;
                    break;

                default:
                    return ReadTrailers(ref buffer);
            }
        }

        return BodyResult.NeedMore;
    }

    /// <summary>Hands over what was read, and waits while the handler lags.</summary>
    public async ValueTask FlushAsync()
    {
        HasUnflushed = false;
        if (isDiscarding)
        {
            return;
        }

        FlushResult result = await pipe.Writer.FlushAsync().ConfigureAwait(false);
        if (result.IsCompleted || result.IsCanceled || isAbandoned)
        {
            Discard();
        }
    }

    /// <summary>The body has come to its end.</summary>
    public void Complete()
    {
        HasUnflushed = false;
        pipe.Writer.Complete();
    }

    /// <summary>The rest will not come. Has no effect after the end.</summary>
    public void Fail(string reason) => pipe.Writer.Complete(new HttpBodyException(reason));

    /// <summary>Nobody is to wait for the handler any more: the answer is out, or the client gone. Any thread.</summary>
    public void Abandon()
    {
        isAbandoned = true;
        pipe.Writer.CancelPendingFlush();
    }

    private static HttpBodyException Malformed(Exception? cause) => new(Undecodable, cause);

    /// <summary>What still comes is read over, so that the next request can be found.</summary>
    private void Discard()
    {
        isDiscarding = true;
        Fail("the answer was over before the body was");
    }

    private int Take(ref ReadOnlySequence<byte> buffer)
    {
        int length = (int)Math.Min(Math.Min(buffer.Length, remaining), limits.StreamWindowBytes);
        if (length > 0 && !isDiscarding)
        {
            if (isAbandoned)
            {
                Discard();
            }
            else
            {
                buffer.Slice(0, length).CopyTo(pipe.Writer.GetSpan(length));
                pipe.Writer.Advance(length);
                HasUnflushed = true;
            }
        }

        buffer = buffer.Slice(length);
        remaining -= length;
        return length;
    }

    private BodyResult ReadTrailers(ref ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            BodyResult found = ChunkLine.Find(buffer, limits.MaxHeadBytes, out int lineLength);
            if (found != BodyResult.Complete)
            {
                return found;
            }

            buffer = buffer.Slice(lineLength);
            if (lineLength == 2)
            {
                return trailerBytes > 0 ? BodyResult.Trailers : BodyResult.Complete;
            }

            trailerBytes += lineLength;
            if (trailerBytes > limits.MaxHeadBytes)
            {
                return BodyResult.Malformed;
            }
        }
    }
}
