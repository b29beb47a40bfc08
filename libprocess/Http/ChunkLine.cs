using System.Buffers;

namespace LibProcess.Http;

/// <summary>The lines of a chunked body: sizes, and what may come after the last chunk.</summary>
internal static class ChunkLine
{
    // Sixteen digits are all that a number of 64 bits can have.
    private const int MaxDigits = 16;

    /// <summary>Reads a size with its extension, which counts for nothing.</summary>
    /// <param name="buffer">Starts with the line.</param>
    /// <param name="maxExtension">Bytes of the extension.</param>
    /// <param name="lineLength">With CR LF.</param>
    /// <param name="size">The bytes of the chunk; 0 for the last one.</param>
    public static BodyResult ReadSize(in ReadOnlySequence<byte> buffer, int maxExtension, out int lineLength, out long size)
    {
        size = 0;
        BodyResult found = Find(buffer, MaxDigits + maxExtension + 2, out lineLength);
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

        if (digits == 0 || (digits < line.Length && line[digits] != ';') || line.Length - digits > maxExtension)
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

        return BodyResult.Complete;
    }

    /// <summary>Finds the end of a line.</summary>
    /// <param name="buffer">Starts with the line.</param>
    /// <param name="maxLength">With CR LF.</param>
    /// <param name="lineLength">With CR LF.</param>
    public static BodyResult Find(in ReadOnlySequence<byte> buffer, int maxLength, out int lineLength)
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

        if (feed < 0 || feed >= maxLength)
        {
            return feed < 0 && buffer.Length <= maxLength ? BodyResult.NeedMore : BodyResult.Malformed;
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
}
