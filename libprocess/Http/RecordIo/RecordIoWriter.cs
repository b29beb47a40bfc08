using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Google.Protobuf;

namespace LibProcess.Http.RecordIo;

/// <summary>Writes records into a stream.</summary>
/// <remarks>Upstream: <c>recordio::encode</c> in 3rdparty/stout/include/stout/recordio.hpp. One write at a time.</remarks>
/// <param name="output">The stream, whose end stays with the caller.</param>
public sealed class RecordIoWriter(PipeWriter output)
{
    private const int MaxHeadBytes = 20;

    /// <summary>Writes a record without sending it on its way.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<byte> record)
    {
        ArgumentNullException.ThrowIfNull(output);
        WriteHead(output, record.Length);
        output.Write(record);
    }

    /// <summary>Writes a protobuf message as a record without sending it on its way.</summary>
    public static void Write(IBufferWriter<byte> output, IMessage message)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(message);
        WriteHead(output, message.CalculateSize());
        message.WriteTo(output);
    }

    /// <summary>Writes a record and waits until the stream takes more.</summary>
    /// <param name="record">The record; may be empty.</param>
    /// <param name="cancellation">Ends the wait; the record has been written all the same.</param>
    /// <returns>False where nobody reads the stream any more.</returns>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> record, CancellationToken cancellation = default)
    {
        Write(output, record.Span);
        return !(await output.FlushAsync(cancellation)).IsCompleted;
    }

    private static void WriteHead(IBufferWriter<byte> output, int length)
    {
        Span<byte> head = output.GetSpan(MaxHeadBytes);
        length.TryFormat(head, out int digits, default, CultureInfo.InvariantCulture);
        head[digits] = (byte)'\n';
        output.Advance(digits + 1);
    }
}
