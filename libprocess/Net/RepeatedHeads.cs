using System.Diagnostics.CodeAnalysis;

namespace LibProcess.Net;

/// <summary>
/// The heads of the last few kinds of messages on a connection, as bytes. A sender repeats the same head for all messages of
/// one name between two processes, so comparing bytes saves parsing them.
/// </summary>
internal sealed class RepeatedHeads
{
    private const int Capacity = 8;
    private const int MaxHeadBytes = 1024;
    private const int MaxSizeDigits = 7;

    private readonly Entry[] entries = new Entry[Capacity];
    private int count;
    private int next;
    private int last;

    public void Add(ReadOnlySpan<byte> head, MessageHead message, bool isChunked)
    {
        if (head.Length <= MaxHeadBytes)
        {
            entries[next] = new Entry(head.ToArray(), message, isChunked);
            last = next;
            next = (next + 1) % Capacity;
            count = Math.Max(count, next == 0 ? Capacity : next);
        }
    }

    /// <summary>Reads a message that is there in full, whose head is known, and whose body is empty or one plain chunk.</summary>
    /// <returns>False for everything else, which is left to the parser.</returns>
    public bool TryRead(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out MessageHead? message, out int bodyStart, out int bodyLength, out int length)
    {
        message = null;
        bodyStart = bodyLength = length = 0;
        if (!TryFind(bytes, out int index))
        {
            return false;
        }

        ref readonly Entry entry = ref entries[index];
        bodyStart = entry.Head.Length;
        if (entry.IsChunked)
        {
            if (!TryReadChunk(bytes[bodyStart..], out int sizeLine, out bodyLength))
            {
                return false;
            }

            bodyStart += sizeLine;
            length = bodyStart + bodyLength + "\r\n0\r\n\r\n".Length;
        }
        else
        {
            length = bodyStart;
        }

        message = entry.Message;
        return true;
    }

    private bool TryFind(ReadOnlySpan<byte> bytes, out int index)
    {
        index = last;
        if (count > 0 && bytes.StartsWith(entries[last].Head))
        {
            return true;
        }

        for (index = 0; index < count; index++)
        {
            if (bytes.StartsWith(entries[index].Head))
            {
                last = index;
                return true;
            }
        }

        return false;
    }

    private static bool TryReadChunk(ReadOnlySpan<byte> bytes, out int sizeLine, out int size)
    {
        size = 0;
        int digits = 0;
        while (digits < bytes.Length && digits <= MaxSizeDigits)
        {
            int digit = bytes[digits];
            if (digit is >= '0' and <= '9')
            {
                digit -= '0';
            }
            else if (digit is >= 'a' and <= 'f')
            {
                digit += 10 - 'a';
            }
            else
            {
                break;
            }

            size = (size << 4) | digit;
            digits++;
        }

        sizeLine = digits + 2;
        if (digits is 0 or > MaxSizeDigits || size == 0 || bytes.Length < sizeLine + size + 7)
        {
            return false;
        }

        return bytes[digits] == '\r' && bytes[digits + 1] == '\n' && bytes.Slice(sizeLine + size, 7).SequenceEqual("\r\n0\r\n\r\n"u8);
    }

    private readonly record struct Entry(byte[] Head, MessageHead Message, bool IsChunked);
}
