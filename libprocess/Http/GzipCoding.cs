using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace LibProcess.Http;

/// <summary>The one content coding that is understood.</summary>
/// <remarks>Upstream: <c>Request::acceptsEncoding</c> in 3rdparty/libprocess/src/http.cpp and stout's gzip.hpp.</remarks>
internal static class GzipCoding
{
    /// <summary>Smaller answers are sent as they are.</summary>
    public const int MinimumBytes = 1024;

    private const int HeadAndTailBytes = 18;

    // Below this no ratio is worth a refusal.
    private const int SmallBytes = 1024 * 1024;

    /// <summary>Whether an <c>Accept-Encoding</c> header lists gzip, or else <c>*</c>, without a weight of zero.</summary>
    public static bool IsAccepted(string? acceptEncoding)
    {
        if (string.IsNullOrEmpty(acceptEncoding))
        {
            return false;
        }

        bool? any = null;
        foreach (string entry in acceptEncoding.Split(','))
        {
            string[] parts = entry.Split(';');
            string coding = parts[0].Trim();
            if (coding.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            {
                return IsWanted(parts);
            }

            if (coding == "*")
            {
                any ??= IsWanted(parts);
            }
        }

        return any ?? false;
    }

    public static byte[] Compress(ReadOnlyMemory<byte> body)
    {
        using var target = new MemoryStream(body.Length / 4);
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body.Span);
        }

        return target.ToArray();
    }

    /// <summary>Inflates a body.</summary>
    /// <param name="body">Packed.</param>
    /// <param name="maxBytes">The bytes it may have once inflated.</param>
    /// <param name="maxRatio">How many times its packed size it may have where it is not small.</param>
    /// <param name="inflated">The body.</param>
    /// <returns>Malformed, too large, or complete.</returns>
    public static BodyResult Inflate(in ReadOnlySequence<byte> body, long maxBytes, int maxRatio, out byte[] inflated)
    {
        inflated = [];
        byte[] piece = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            byte[] packed = body.ToArray();
            using var source = new MemoryStream(packed);
            using var gzip = new GZipStream(source, CompressionMode.Decompress);
            using var target = new MemoryStream();
            while (gzip.Read(piece) is var read and > 0)
            {
                long length = target.Length + read;
                if (length > maxBytes || (length > SmallBytes && length / packed.Length >= maxRatio))
                {
                    return BodyResult.TooLarge;
                }

                target.Write(piece, 0, read);
            }

            // A stream that was cut short ends quietly: only the length in its last bytes shows it.
            if (packed.Length < HeadAndTailBytes
                || BinaryPrimitives.ReadUInt32LittleEndian(packed.AsSpan(packed.Length - sizeof(uint))) != (uint)target.Length)
            {
                return BodyResult.Malformed;
            }

            inflated = target.ToArray();
            return BodyResult.Complete;
        }
        catch (InvalidDataException)
        {
            return BodyResult.Malformed;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>A missing or unreadable weight counts as one.</summary>
    private static bool IsWanted(string[] parts)
    {
        string? weight = null;
        int weights = 0;
        foreach (string part in parts.AsSpan(1))
        {
            string[] pair = part.Split('=');
            if (pair.Length == 2 && pair[0].Trim() == "q")
            {
                weight = pair[1].Trim();
                weights++;
            }
        }

        return weights != 1 || (double.TryParse(weight, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value > 0);
    }
}
