using System.Buffers;
using LibProcess.Net;

namespace LibProcess.Http.Client;

/// <summary>Takes the body of an answer from the bytes of a connection, piece by piece.</summary>
internal struct ResponseBodyDecoder(ReceivedHead head, WireLimits limits)
{
    private ChunkDecoder chunks = new(limits);
    private long left = head.ContentLength;

    /// <summary>Reads on; what is used up is cut from the buffer.</summary>
    /// <param name="buffer">What has arrived, less what earlier calls took.</param>
    /// <param name="isEnd">Whether nothing more will come after the buffer.</param>
    /// <param name="piece">The next bytes of the body; a part of the buffer.</param>
    public BodyStep Read(ref ReadOnlySequence<byte> buffer, bool isEnd, out ReadOnlySequence<byte> piece)
    {
        piece = default;
        switch (head.Framing)
        {
            case ResponseFraming.None:
                return BodyStep.Complete;
            case ResponseFraming.Chunked:
                return chunks.Read(ref buffer, out piece);
            case ResponseFraming.Length when left == 0:
                return BodyStep.Complete;
        }

        if (buffer.IsEmpty)
        {
            return isEnd && head.Framing == ResponseFraming.UntilClose ? BodyStep.Complete : BodyStep.NeedMore;
        }

        piece = head.Framing == ResponseFraming.Length ? buffer.Slice(0, Math.Min(left, buffer.Length)) : buffer;
        left -= piece.Length;
        buffer = buffer.Slice(piece.End);
        return BodyStep.Piece;
    }
}
