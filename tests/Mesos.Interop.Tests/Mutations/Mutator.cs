using System.Text;

namespace Mesos.Interop.Tests.Mutations;

/// <summary>Damages requests in the ways that networks, old clients and attackers do. The same seed damages the same way.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> corpus)
{
    private static readonly byte[][] Dictionary =
    [
        .. new[]
        {
            "\r\n", "\n", "\r", "\0", " ", "\t", ":", "%", "%00", "%2f", "%zz", "/..", "//", "?", "#", "@", "&", "=", "chunked", "gzip", "identity",
            "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip, chunked\r\n", "Content-Length: 5\r\n", "Content-Length: 0\r\n",
            "Content-Length: 99999999999999999999\r\n", "Content-Length: -1\r\n", "Content-Length: +5\r\n", "Content-Encoding: gzip\r\n",
            "Connection: close\r\n", "Expect: 100-continue\r\n", "Libprocess-From: x\r\n", "Libprocess-From: a@256.1.1.1:99999\r\n",
            " HTTP/1.0", " HTTP/2.0", " HTTP/1.1", "GET ", "POST ", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "0\r\n\r\n", "ffffffffffffffff\r\n", "-1\r\n", "5;x=y\r\n",
        }.Select(Encoding.Latin1.GetBytes),
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x80], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [0xC0, 0xAF], [0xED, 0xA0, 0x80],
    ];

    private readonly Random random = new(seed);

    public byte[] Next()
    {
        List<byte> bytes = [.. Pick(corpus)];
        if (random.Next(4) == 0)
        {
            bytes.AddRange(Pick(corpus)); // Pipelined, the second one may be hit.
        }

        for (int damages = 1 + random.Next(4); damages > 0 && bytes.Count > 0; damages--)
        {
            Damage(bytes);
        }

        return [.. bytes];
    }

    private void Damage(List<byte> bytes)
    {
        int at = random.Next(bytes.Count);
        int length = Math.Min(1 + random.Next(16), bytes.Count - at);
        switch (random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                bytes.InsertRange(at, Pick(Dictionary));
                break;
            case 6:
                byte[] other = Pick(corpus);
                int from = random.Next(other.Length);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(64, other.Length - from)).ToArray());
                break;
            default:
                byte[] word = Pick(Dictionary);
                bytes.RemoveRange(at, Math.Min(word.Length, bytes.Count - at));
                bytes.InsertRange(at, word);
                break;
        }
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
