using System.Buffers.Binary;
using Google.Protobuf;

namespace Mesos.Slave.Storage;

/// <summary>A file of messages, read as far as it goes.</summary>
/// <param name="Messages">What could be read, in order.</param>
/// <param name="Length">Where the last complete message ends: what follows was torn by a crash, if anything does.</param>
/// <param name="Error">Why the file cannot be trusted, or null. A torn end is no error.</param>
internal sealed record FramedFile<T>(IReadOnlyList<T> Messages, long Length, string? Error);

/// <summary>How messages lie in files: the length in four bytes of the machine's order, then the message.</summary>
/// <remarks>Upstream: 3rdparty/stout/include/stout/protobuf.hpp.</remarks>
internal static class RecordFrames
{
    /// <summary>How long the length is.</summary>
    public const int HeaderLength = sizeof(uint);

    /// <summary>A message with its length.</summary>
    public static byte[] Frame(IMessage message)
    {
        int length = message.CalculateSize();
        byte[] frame = new byte[HeaderLength + length];
        Store(frame, (uint)length);
        message.WriteTo(frame.AsSpan(HeaderLength));
        return frame;
    }

    /// <summary>Several messages, one after the other.</summary>
    public static byte[] FrameAll(IEnumerable<IMessage> messages) => [.. messages.SelectMany(Frame)];

    /// <summary>Reads a file of messages.</summary>
    /// <param name="file">All of it.</param>
    /// <param name="parser">Reads one.</param>
    /// <param name="isComplete">Whether a message has what it must have; a page that was never written reads as an empty one.</param>
    public static FramedFile<T> Read<T>(ReadOnlySpan<byte> file, MessageParser<T> parser, Func<T, bool> isComplete)
        where T : class, IMessage<T>
    {
        List<T> messages = [];
        int position = 0;
        while (TryReadOne(file[position..], parser, isComplete, out int length) is { } message)
        {
            messages.Add(message);
            position += length;
        }

        // A crash leaves rubbish at the end only. Rubbish in the middle is damage, and cutting there would forget what was promised.
        bool damaged = position < file.Length && HasMessageAfterDefect(file[position..], parser, isComplete);
        return new FramedFile<T>(messages, position, damaged ? $"the record at byte {position} is damaged, and others follow it" : null);
    }

    private static T? TryReadOne<T>(ReadOnlySpan<byte> rest, MessageParser<T> parser, Func<T, bool> isComplete, out int length)
        where T : class, IMessage<T>
    {
        length = 0;
        if (rest.Length < HeaderLength || Load(rest) > (uint)(rest.Length - HeaderLength))
        {
            return null;
        }

        int body = (int)Load(rest);
        try
        {
            T message = parser.ParseFrom(rest.Slice(HeaderLength, body));
            length = HeaderLength + body;
            return isComplete(message) ? message : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static bool HasMessageAfterDefect<T>(ReadOnlySpan<byte> rest, MessageParser<T> parser, Func<T, bool> isComplete)
        where T : class, IMessage<T>
    {
        if (rest.Length < HeaderLength || Load(rest) is 0 || Load(rest) > (uint)(rest.Length - HeaderLength))
        {
            return false;
        }

        return TryReadOne(rest[(HeaderLength + (int)Load(rest))..], parser, isComplete, out _) is not null;
    }

    private static uint Load(ReadOnlySpan<byte> from) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(from) : BinaryPrimitives.ReadUInt32BigEndian(from);

    private static void Store(Span<byte> to, uint value)
    {
        if (BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(to, value);
        }
    }
}
