using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace LibProcess.Http.RecordIo;

/// <summary>Reads records from a stream while it arrives; what is not read is not taken from the sender.</summary>
/// <remarks>
/// Upstream: <c>recordio::Reader</c> in src/common/recordio.hpp. One read at a time; a read inside a process resumes in it. Once a
/// read has failed all further ones fail likewise.
/// </remarks>
public sealed class RecordIoReader
{
    private readonly PipeReader input;
    private readonly RecordIoDecoder decoder;
    private Exception? failure;

    /// <summary>Reads from a stream, whose end stays with the caller.</summary>
    /// <param name="input">The stream.</param>
    /// <param name="maxRecordBytes">The longest record that is accepted. Default 256 MiB.</param>
    public RecordIoReader(PipeReader input, long maxRecordBytes = 256L * 1024 * 1024)
    {
        ArgumentNullException.ThrowIfNull(input);
        this.input = input;
        decoder = new RecordIoDecoder(maxRecordBytes);
    }

    /// <summary>The next record, or null at the end of the stream.</summary>
    /// <param name="cancellation">Ends the wait; the record can be read later.</param>
    /// <exception cref="RecordIoException">A header is no number, a record is too long, or the stream ends inside one.</exception>
    public async ValueTask<byte[]?> ReadAsync(CancellationToken cancellation = default)
    {
        if (failure is not null)
        {
            throw failure;
        }

        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellation);
            ReadOnlySequence<byte> buffer = read.Buffer;
            RecordIoResult result = decoder.Read(ref buffer, out ReadOnlySequence<byte> record);
            byte[]? bytes = result == RecordIoResult.Record ? record.ToArray() : null;
            input.AdvanceTo(buffer.Start, bytes is null ? read.Buffer.End : buffer.Start);
            switch (result)
            {
                case RecordIoResult.Record:
                    return bytes;
                case RecordIoResult.NeedMore when !read.IsCompleted:
                    break;
                case RecordIoResult.NeedMore when !decoder.IsInRecord:
                    return null;
                default:
                    failure = new RecordIoException(result switch
                    {
                        RecordIoResult.NeedMore => "The stream ended inside a record",
                        RecordIoResult.TooLarge => "A record is longer than allowed",
                        _ => "What stands before a record is no length",
                    });
                    throw failure;
            }
        }
    }

    /// <summary>All records up to the end of the stream.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RecordIoException">A header is no number, a record is too long, or the stream ends inside one.</exception>
    public async IAsyncEnumerable<byte[]> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (await ReadAsync(cancellation) is { } record)
        {
            yield return record;
        }
    }
}
