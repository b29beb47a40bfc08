using System.Buffers;
using System.IO.Pipelines;
using LibProcess.Net;

namespace LibProcess.Http.Client;

/// <summary>Reads answers from the bytes of a connection, one after the other.</summary>
internal sealed class AnswerReader(PipeReader input, WireLimits limits)
{
    /// <summary>Reads a head.</summary>
    /// <param name="isToHead">Whether the request it answers is HEAD; asked when bytes have come, and throws where none are expected.</param>
    /// <returns>Null where the peer has closed the connection.</returns>
    public async ValueTask<ReceivedHead?> ReadHeadAsync(Func<bool> isToHead)
    {
        HeadScanner scanner = default;
        while (true)
        {
            ReadResult read = await input.ReadAsync().ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            if (buffer.IsEmpty && read.IsCompleted)
            {
                return null;
            }

            ReceivedHead? head = buffer.IsEmpty ? null : TryReadHead(ref buffer, ref scanner, isToHead());
            input.AdvanceTo(buffer.Start, head is null ? buffer.End : buffer.Start);
            if (head is not null)
            {
                return head;
            }

            if (read.IsCompleted)
            {
                throw HttpConnection.Gone("Disconnected in the middle of an answer");
            }
        }
    }

    /// <summary>Reads a body and gives it to the one who waits for it.</summary>
    /// <returns>False where nobody wants it.</returns>
    public async ValueTask<bool> ReadBodyAsync(ClientExchange exchange, ReceivedHead head)
    {
        var decoder = new ResponseBodyDecoder(head, limits);
        while (true)
        {
            ReadResult read = await input.ReadAsync().ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            BodyStep step;
            while ((step = decoder.Read(ref buffer, read.IsCompleted, out ReadOnlySequence<byte> piece)) == BodyStep.Piece)
            {
                if (!await exchange.WriteAsync(piece).ConfigureAwait(false))
                {
                    return false;
                }
            }

            input.AdvanceTo(buffer.Start, step == BodyStep.Complete ? buffer.Start : buffer.End);
            if (step == BodyStep.Complete)
            {
                return true;
            }

            if (step == BodyStep.Malformed)
            {
                throw new HttpClientException(HttpClientError.Malformed, "Failed to decode response");
            }

            if (read.IsCompleted)
            {
                throw HttpConnection.Gone("Disconnected in the middle of an answer");
            }
        }
    }

    private ReceivedHead? TryReadHead(ref ReadOnlySequence<byte> buffer, ref HeadScanner scanner, bool toHead)
    {
        ReadOnlySequence<byte> start = buffer.Slice(0, Math.Min(buffer.Length, limits.MaxHeadBytes));
        ReadOnlySpan<byte> bytes = start.IsSingleSegment ? start.FirstSpan : start.ToArray();
        HeadScan found = scanner.Scan(bytes);
        if (found == HeadScan.NeedMore && bytes.Length < limits.MaxHeadBytes)
        {
            return null;
        }

        if (found != HeadScan.Complete || ResponseHeadParser.Parse(bytes[scanner.Start..scanner.End], toHead, limits.MaxHeaders) is not { } head)
        {
            throw new HttpClientException(
                found == HeadScan.NeedMore ? HttpClientError.TooLarge : HttpClientError.Malformed, "Failed to decode response");
        }

        buffer = buffer.Slice(scanner.End);
        return head;
    }
}
