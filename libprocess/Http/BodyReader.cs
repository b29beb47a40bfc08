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
internal sealed class BodyReader(long maxBytes, int maxLineBytes)
{
    private static ReadOnlySpan<byte> LastChunk => "\r\n0\r\n\r\n"u8;

    private BodyFraming framing;
    private long length;
    private byte[] assembled = [];
    private int assembledLength;
    private bool inTrailers;
    private int trailerBytes;

    public void Begin(BodyFraming bodyFraming, long contentLength)
    {
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
            BodyResult line = ReadSize(buffer, out int lineLength, out long size);
            if (line != BodyResult.Complete)
            {
                return line;
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

    // chunk-size [ chunk-ext ] CRLF
    private BodyResult ReadSize(in ReadOnlySequence<byte> buffer, out int lineLength, out long size)
    {
        size = 0;
        BodyResult found = FindLine(buffer, out lineLength);
        if (found != BodyResult.Complete)
        {
            return found;
        }

        ReadOnlySequence<byte> sequence = buffer.Slice(0, lineLength - 2);
        ReadOnlySpan<byte> line = sequence.IsSingleSegment ? sequence.FirstSpan : sequence.ToArray();
        int digits = 0;
        for (; digits < line.Length && char.IsAsciiHexDigit((char)line[digits]); digits++)
        {
            int digit = line[digits] <= '9' ? line[digits] - '0' : (line[digits] | 0x20) - 'a' + 10;
            if (size > (long.MaxValue >> 4))
            {
                return BodyResult.Malformed;
            }

            size = (size << 4) | (uint)digit;
        }

        if (digits == 0 || (digits < line.Length && line[digits] != ';'))
        {
            return BodyResult.Malformed;
        }

        foreach (byte b in line[digits..])
        {
            if ((b < 0x20 && b != '\t') || b == 0x7F)
            {
                return BodyResult.Malformed;
            }
        }

        return size > maxBytes - assembledLength ? BodyResult.TooLarge : BodyResult.Complete;
    }

    private BodyResult ReadTrailers(ref ReadOnlySequence<byte> buffer)
    {
        while (true)
        {
            BodyResult found = FindLine(buffer, out int lineLength);
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

    /// <param name="buffer">Starts with the line.</param>
    /// <param name="lineLength">With CR LF.</param>
    private BodyResult FindLine(in ReadOnlySequence<byte> buffer, out int lineLength)
    {
        lineLength = 0;
        long feed = -1;
        if (buffer.FirstSpan.IndexOf((byte)'\n') is var at and >= 0)
        {
            feed = at;
        }
        else if (buffer.PositionOf((byte)'\n') is { } position)
        {
            feed = buffer.Slice(0, position).Length;
        }

        if (feed < 0 || feed >= maxLineBytes)
        {
            return feed < 0 && buffer.Length <= maxLineBytes ? BodyResult.NeedMore : BodyResult.Malformed;
        }

        lineLength = (int)feed + 1;
        if (feed == 0)
        {
            return BodyResult.Malformed;
        }

        Span<byte> before = stackalloc byte[1];
        buffer.Slice(feed - 1, 1).CopyTo(before);
        return before[0] == '\r' ? BodyResult.Complete : BodyResult.Malformed;
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
