using System.Buffers;

namespace LibProcess.Http.RecordIo;

/// <summary>What an attempt to take a record came to.</summary>
public enum RecordIoResult
{
    /// <summary>The record is not there to its end.</summary>
    NeedMore,

    /// <summary>A record was taken.</summary>
    Record,

    /// <summary>What stands before a record is no length. It stays so: where the next record starts cannot be known.</summary>
    Malformed,

    /// <summary>A record is longer than allowed. It stays so.</summary>
    TooLarge,
}

/// <summary>
/// Takes records out of bytes as they arrive: <c>&lt;decimal length&gt;\n&lt;bytes&gt;</c>, one after the other with nothing in
/// between. A record of length zero is one.
/// </summary>
/// <remarks>
/// Upstream: <c>recordio::Decoder</c> in 3rdparty/stout/include/stout/recordio.hpp. Nothing is copied or kept but the length. One
/// thread at a time.
/// </remarks>
public sealed class RecordIoDecoder
{
    private const int MaxDigits = 19;

    private readonly long maxRecordBytes;
    private long length = -1;
    private RecordIoResult failure = RecordIoResult.NeedMore;

    /// <summary>Creates a decoder at the start of a stream.</summary>
    /// <param name="maxRecordBytes">The longest record that is accepted. Default 256 MiB.</param>
    public RecordIoDecoder(long maxRecordBytes = 256L * 1024 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxRecordBytes);
        this.maxRecordBytes = maxRecordBytes;
    }

    /// <summary>Whether a record has begun that is not there to its end; the end of a stream must not come here.</summary>
    public bool IsInRecord { get; private set; }

    /// <summary>Takes the next record; what is used up is cut from the buffer.</summary>
    /// <param name="buffer">What has arrived, less what earlier calls took.</param>
    /// <param name="record">The record; a part of the buffer.</param>
    public RecordIoResult Read(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> record)
    {
        record = default;
        if (failure != RecordIoResult.NeedMore)
        {
            return failure;
        }

        if (length < 0)
        {
            IsInRecord = !buffer.IsEmpty;
            RecordIoResult head = ReadLength(ref buffer);
            if (head != RecordIoResult.Record)
            {
                failure = head;
                return head;
            }
        }

        if (buffer.Length < length)
        {
            return RecordIoResult.NeedMore;
        }

        record = buffer.Slice(0, length);
        buffer = buffer.Slice(record.End);
        length = -1;
        IsInRecord = false;
        return RecordIoResult.Record;
    }

    private RecordIoResult ReadLength(ref ReadOnlySequence<byte> buffer)
    {
        long value = 0;
        int digits = 0;
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryRead(out byte next))
        {
            if (next == '\n' && digits > 0)
            {
                if (value > maxRecordBytes)
                {
                    return RecordIoResult.TooLarge;
                }

                length = value;
                buffer = buffer.Slice(reader.Position);
                return RecordIoResult.Record;
            }

            if (!char.IsAsciiDigit((char)next) || ++digits > MaxDigits || value > (long.MaxValue - 9) / 10)
            {
                return RecordIoResult.Malformed;
            }

            value = (value * 10) + (next - '0');
        }

        return RecordIoResult.NeedMore;
    }
}
