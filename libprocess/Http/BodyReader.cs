using System.Buffers;

namespace LibProcess.Http;

/// <summary>What an attempt to read a body came to.</summary>
internal enum BodyResult
{
    NeedMore,
    Complete,

    /// <summary>Read to its end, but there was a trailer, which is not supported.</summary>
    Trailers,

    /// <summary>Where the body ends cannot be known.</summary>
    Malformed,

    TooLarge,
}

/// <summary>
/// Takes the body of a request from the bytes of a connection. A body in one piece or one chunk is not copied; only one in
/// several chunks is put together.
/// </summary>
internal sealed class BodyReader(int maxLineBytes, int maxExtensionBytes)
{
    private static ReadOnlySpan<byte> LastChunk => "\r\n0\r\n\r\n"u8;

    private BodyFraming framing;
    private long maxBytes;
    private long length;
    private byte[] assembled = [];
    private int assembledLength;
    private bool inTrailers;
    private int trailerBytes;

    /// <param name="bodyFraming">How the body ends.</param>
    /// <param name="contentLength">Its length where that is how.</param>
    /// <param name="limit">The bytes it may have.</param>
    public void Begin(BodyFraming bodyFraming, long contentLength, long limit)
    {
        maxBytes = limit;
        framing = bodyFraming;
        length = contentLength;
        inTrailers = false;
        trailerBytes = 0;
    }

    /// <summary>Reads on; what is used up is cut from the buffer.</summary>
    /// <param name="buffer">What has arrived after the head, less what earlier calls took.</param>
    /// <param name="body">Valid until <see cref="Release"/>, and no longer than the buffer.</param>
    public BodyResult Read(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> body)
    {
        body = default;
        switch (framing)
        {
            case BodyFraming.None:
                return BodyResult.Complete;
            case BodyFraming.Length:
                if (length > maxBytes)
                {
                    return BodyResult.TooLarge;
                }

                if (buffer.Length < length)
                {
                    return BodyResult.NeedMore;
                }

                body = buffer.Slice(0, length);
                buffer = buffer.Slice(length);
                return BodyResult.Complete;
            default:
                return ReadChunks(ref buffer, out body);
        }
    }

    /// <summary>Gives back the memory of the last body.</summary>
    public void Release()
    {
        if (assembled.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(assembled);
            assembled = [];
        }

        assembledLength = 0;
    }

    private BodyResult ReadChunks(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> body)
    {
        Span<byte> next = stackalloc byte[LastChunk.Length];
        body = default;
        while (!inTrailers)
        {
            BodyResult line = ChunkLine.ReadSize(buffer, maxExtensionBytes, out int lineLength, out long size);
            if (line != BodyResult.Complete)
            {
                return line;
            }

            if (size > maxBytes - assembledLength)
            {
                return BodyResult.TooLarge;
            }

            if (size == 0)
            {
                inTrailers = true;
                buffer = buffer.Slice(lineLength);
                break;
            }

            if (buffer.Length < lineLength + size + 2)
            {
                return BodyResult.NeedMore;
            }

            ReadOnlySequence<byte> after = buffer.Slice(lineLength + size);
            Span<byte> seen = next[..(int)Math.Min(after.Length, next.Length)];
            after.Slice(0, seen.Length).CopyTo(seen);
            if (!seen.StartsWith("\r\n"u8))
            {
                return BodyResult.Malformed;
            }

            if (assembledLength == 0 && LastChunk.StartsWith(seen))
            {
                if (seen.Length < LastChunk.Length)
                {
                    return BodyResult.NeedMore;
                }

                body = buffer.Slice(lineLength, size);
                buffer = after.Slice(LastChunk.Length);
                return BodyResult.Complete;
            }

            Append(buffer.Slice(lineLength, size));
            buffer = after.Slice(2);
        }

        BodyResult end = ReadTrailers(ref buffer);
        body = new ReadOnlySequence<byte>(assembled, 0, assembledLength);
        return end;
    }

    private BodyResult ReadTrailers(ref ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            BodyResult found = ChunkLine.Find(buffer, maxLineBytes, out int lineLength);
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
            if (trailerBytes > maxLineBytes)
            {
                return BodyResult.Malformed;
            }
        }
    }

    private void Append(in ReadOnlySequence<byte> piece)
    {
        int size = (int)piece.Length;
        if (assembled.Length - assembledLength < size)
        {
            int wanted = checked((int)Math.Max(assembledLength + (long)size, Math.Min(2L * assembled.Length, Array.MaxLength)));
            byte[] larger = ArrayPool<byte>.Shared.Rent(wanted);
            assembled.AsSpan(0, assembledLength).CopyTo(larger);
            if (assembled.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(assembled);
            }

            assembled = larger;
        }

        piece.CopyTo(assembled.AsSpan(assembledLength));
        assembledLength += size;
    }
}
