using System.Buffers;
using LibProcess.Net;

namespace LibProcess.Http;

/// <summary>What an attempt to take a piece of a body came to.</summary>
internal enum BodyStep
{
    NeedMore,
    Piece,
    Complete,
    Malformed,
}

/// <summary>Takes a chunked body apart while it arrives; nothing is copied or kept. Trailers are read and dropped.</summary>
internal struct ChunkDecoder(WireLimits limits)
{
    private long left;
    private int trailerBytes;
    private Place place;

    private enum Place
    {
        Size,
        Data,
        AfterData,
        Trailers,
        Done,
    }

    /// <summary>Reads on; what is used up is cut from the buffer.</summary>
    /// <param name="buffer">What has arrived, less what earlier calls took.</param>
    /// <param name="piece">The next bytes of the body, as far as they are there; a part of the buffer.</param>
    public BodyStep Read(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> piece)
    {
        piece = default;
        while (place != Place.Done)
        {
            if (place == Place.Data)
            {
                if (buffer.IsEmpty)
                {
                    return BodyStep.NeedMore;
                }

                piece = buffer.Slice(0, Math.Min(left, buffer.Length));
                left -= piece.Length;
                buffer = buffer.Slice(piece.End);
                place = left == 0 ? Place.AfterData : Place.Data;
                return BodyStep.Piece;
            }

            BodyResult line = ReadLine(buffer, out int lineLength);
            if (line != BodyResult.Complete)
            {
                return line == BodyResult.NeedMore ? BodyStep.NeedMore : BodyStep.Malformed;
            }

            buffer = buffer.Slice(lineLength);
        }

        return BodyStep.Complete;
    }

    private BodyResult ReadLine(in ReadOnlySequence<byte> buffer, out int lineLength)
    {
        BodyResult found;
        switch (place)
        {
            case Place.Size:
                found = ChunkLine.ReadSize(buffer, limits.MaxChunkExtensionBytes, out lineLength, out left);
                if (found == BodyResult.Complete)
                {
                    place = left == 0 ? Place.Trailers : Place.Data;
                }

                return found;
            case Place.AfterData:
                found = ChunkLine.Find(buffer, maxLength: 2, out lineLength);
                place = found == BodyResult.Complete ? Place.Size : place;
                return found;
            default:
                found = ChunkLine.Find(buffer, limits.MaxHeadBytes, out lineLength);
                if (found == BodyResult.Complete)
                {
                    trailerBytes += lineLength;
                    place = lineLength == 2 ? Place.Done : place;
                }

                return trailerBytes > limits.MaxHeadBytes ? BodyResult.Malformed : found;
        }
    }
}
