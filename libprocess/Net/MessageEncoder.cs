using System.Buffers;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using LibProcess.Addressing;

namespace LibProcess.Net;

/// <summary>
/// Puts messages into the form of the wire. The head of the last kind of message is kept, because a process usually sends the
/// same kind again.
/// </summary>
/// <remarks>
/// Upstream: <c>MessageEncoder</c> in 3rdparty/libprocess/src/encoder.hpp. Order and spelling of the headers matter: there are
/// clients that read them by position. Not for two threads at a time.
/// </remarks>
internal sealed class MessageEncoder
{
    // Up to this size a message is written in one piece.
    private const int LargeBytes = BlockPool.BlockBytes / 4;

    private static ReadOnlySpan<byte> Chunked => "Transfer-Encoding: chunked\r\n\r\n"u8;

    private static ReadOnlySpan<byte> LastChunk => "\r\n0\r\n\r\n"u8;

    private UPid? lastFrom;
    private UPid? lastTo;
    private string? lastName;
    private byte[] head = [];
    private int headLength;

    /// <summary>Appends one message.</summary>
    /// <exception cref="ArgumentException">An id or the name holds a blank or a control character.</exception>
    /// <remarks>Whatever is thrown, the buffer is as before.</remarks>
    public void Append(OutgoingBuffer buffer, UPid from, UPid to, string name, IMessage? message, ReadOnlyMemory<byte> body)
    {
        RenderHead(from, to, name);
        int size = message?.CalculateSize() ?? body.Length;
        if (size > LargeBytes)
        {
            AppendLarge(buffer, size, message, body);
        }
        else
        {
            // Nothing counts before the last line, so a message that fails leaves no trace.
            int total = headLength + (size == 0 ? 2 : Chunked.Length + HexDigits(size) + 2 + size + LastChunk.Length);
            Span<byte> target = buffer.GetSpan(total)[..total];
            head.AsSpan(0, headLength).CopyTo(target);
            Write(target[headLength..], size, message, body.Span);
            buffer.Advance(total);
        }

        buffer.EndMessage();
    }

    private static void Write(Span<byte> target, int size, IMessage? message, ReadOnlySpan<byte> body)
    {
        if (size == 0)
        {
            "\r\n"u8.CopyTo(target);
            return;
        }

        int start = WriteSize(target, size);
        if (message is null)
        {
            body.CopyTo(target[start..]);
        }
        else
        {
            message.WriteTo(target.Slice(start, size));
        }

        LastChunk.CopyTo(target[(start + size)..]);
    }

    private static int WriteSize(Span<byte> target, int size)
    {
        Chunked.CopyTo(target);
        size.TryFormat(target[Chunked.Length..], out int digits, "x", CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(target[(Chunked.Length + digits)..]);
        return Chunked.Length + digits + 2;
    }

    /// <summary>Goes on in as many blocks as it takes.</summary>
    private void AppendLarge(OutgoingBuffer buffer, int size, IMessage? message, ReadOnlyMemory<byte> body)
    {
        OutgoingBuffer.Mark before = buffer.Here;
        try
        {
            buffer.Write(head.AsSpan(0, headLength));
            Span<byte> target = buffer.GetSpan(Chunked.Length + HexDigits(size) + 2);
            buffer.Advance(WriteSize(target, size));
            long start = buffer.Bytes;
            if (message is null)
            {
                buffer.Refer(body);
            }
            else
            {
                message.WriteTo(buffer);
            }

            if (buffer.Bytes - start != size)
            {
                throw new InvalidOperationException("The message changed while it was written");
            }

            buffer.Write(LastChunk);
        }
        catch
        {
            buffer.GoBack(before);
            throw;
        }
    }

    private static bool IsPlain(string text)
    {
        foreach (char c in text)
        {
            if (c is <= ' ' or '\x7F')
            {
                return false;
            }
        }

        return true;
    }

    private static int HexDigits(int size) => (int.Log2(size) / 4) + 1;

    private void RenderHead(UPid from, UPid to, string name)
    {
        if (Same(lastFrom, from) && Same(lastTo, to) && (ReferenceEquals(lastName, name) || lastName == name))
        {
            return;
        }

        // A blank or line end would end the line early.
        if (!IsPlain(from.Id) || !IsPlain(to.Id) || !IsPlain(name))
        {
            throw new ArgumentException($"'{from}', '{to}' and '{name}' cannot stand in the head of a message");
        }

        string sender = from.ToString();
        string id = to.Id.Length == 0 ? string.Empty : to.Id + "/";
        string text = $"POST /{id}{name} HTTP/1.1\r\nUser-Agent: libprocess/{sender}\r\nLibprocess-From: {sender}\r\n"
            + $"Connection: Keep-Alive\r\nHost: {to.Address}\r\n";
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (head.Length < most)
        {
            head = new byte[most];
        }

        headLength = Encoding.UTF8.GetBytes(text, head);
        (lastFrom, lastTo, lastName) = (from, to, name);
    }

    private static bool Same(UPid? last, UPid now) => ReferenceEquals(last, now) || now.Equals(last);
}
