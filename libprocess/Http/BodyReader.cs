using System.Buffers;
using LibProcess.Messages;

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
/// Takes the body of a request from the bytes of a connection. A small body in one piece or one chunk is not copied; only one in
/// several chunks is put together, and a large one goes right to where it will be whole.
/// </summary>
internal sealed class BodyReader(int maxLineBytes, int maxExtensionBytes)
{
    // A piece of this size gets its place when a part of it has arrived, so that a peer which only announces bytes costs no memory.
    private const int LargeBytes = 64 * 1024;
    private const int MostInAdvance = 32;

    private static ReadOnlySpan<byte> LastChunk => "\r\n0\r\n\r\n"u8;

    private BodyFraming framing;
    private long maxBytes;
    private long length;
    private byte[] assembled = [];
    private int assembledLength;
    private int pieceLeft;
    private bool inPiece;
    private bool inTrailers;
    private int trailerBytes;

    /// <summary>
    /// Where the next bytes of the connection belong, if they belong to a large piece; else empty. The last byte of a piece is always
    /// left to <see cref="Read"/>, which notices the end.
    /// </summary>
    public Memory<byte> Place => pieceLeft >= LargeBytes / 2 ? assembled.AsMemory(assembledLength, pieceLeft - 1) : default;

    /// <summary>So many bytes have been put in their <see cref="Place"/>.</summary>
    public void Placed(int bytes)
    {
        assembledLength += bytes;
        pieceLeft -= bytes;
    }

    /// <summary>The memory of the body that was read last, if it is all of it and has a memory of its own; instead of <see cref="Release"/>.</summary>
    public LentBody? TryTake(in ReadOnlySequence<byte> body)
    {
        if (assembledLength < LargeBytes || body.Length != assembledLength || !body.IsSingleSegment
            || !body.First.Span.Overlaps(assembled, out int offset) || offset != 0)
        {
            return null;
        }

        var taken = new LentBody(assembled, assembledLength);
        assembled = [];
        assembledLength = 0;
        return taken;
    }

    /// <param name="bodyFraming">How the body ends.</param>
    /// <param name="contentLength">Its length where that is how.</param>
    /// <param name="limit">The bytes it may have.</param>
    public void Begin(BodyFraming bodyFraming, long contentLength, long limit)
    {
        maxBytes = limit;
        framing = bodyFraming;
        length = contentLength;
        inTrailers = false;
        inPiece = false;
        pieceLeft = 0;
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

                if (inPiece || (buffer.Length < length && IsForAdvance(length, buffer.Length)))
                {
                    return ReadPiece(ref buffer, length, out body);
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
            if (inPiece)
            {
                BodyResult piece = EndPiece(ref buffer);
                if (piece != BodyResult.Complete)
                {
                    return piece;
                }

                continue;
            }

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
                if (!IsForAdvance(size, buffer.Length - lineLength))
                {
                    return BodyResult.NeedMore;
                }

                buffer = buffer.Slice(lineLength);
                BeginPiece((int)size);
                continue;
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

    private static bool IsForAdvance(long size, long arrived) =>
        size is >= LargeBytes and <= int.MaxValue && arrived >= LargeBytes / 2 && size / MostInAdvance <= arrived;

    private void BeginPiece(int size)
    {
        Reserve(size);
        inPiece = true;
        pieceLeft = size;
    }

    private void FillPiece(ref ReadOnlySequence<byte> buffer)
    {
        int here = (int)Math.Min(buffer.Length, pieceLeft);
        buffer.Slice(0, here).CopyTo(assembled.AsSpan(assembledLength));
        buffer = buffer.Slice(here);
        Placed(here);
    }

    /// <summary>Reads on in a body that is one piece.</summary>
    private BodyResult ReadPiece(ref ReadOnlySequence<byte> buffer, long size, out ReadOnlySequence<byte> body)
    {
        body = default;
        if (!inPiece)
        {
            BeginPiece((int)size);
        }

        FillPiece(ref buffer);
        if (pieceLeft > 0)
        {
            return BodyResult.NeedMore;
        }

        inPiece = false;
        body = new ReadOnlySequence<byte>(assembled, 0, assembledLength);
        return BodyResult.Complete;
    }

    /// <summary>Reads on in a large chunk, up to the end of its line.</summary>
    private BodyResult EndPiece(ref ReadOnlySequence<byte> buffer)
    {
        FillPiece(ref buffer);
        if (pieceLeft > 0)
        {
            return BodyResult.NeedMore;
        }

        Span<byte> end = stackalloc byte[2];
        Span<byte> seen = end[..(int)Math.Min(buffer.Length, 2)];
        buffer.Slice(0, seen.Length).CopyTo(seen);
        if (!"\r\n"u8.StartsWith(seen))
        {
            return BodyResult.Malformed;
        }

        if (seen.Length < 2)
        {
            return BodyResult.NeedMore;
        }

        buffer = buffer.Slice(2);
        inPiece = false;
        return BodyResult.Complete;
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
        Reserve(size);
        piece.CopyTo(assembled.AsSpan(assembledLength));
        assembledLength += size;
    }

    private void Reserve(int size)
    {
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
    }
}
