using System.Globalization;
using System.Text;

namespace Mesos.Interop.Tests.Replay;

/// <summary>
/// A libprocess message as real senders write it. Read by the form of the recordings, strictly and without any code of the
/// product: the order and spelling of the head, one chunk in lower-case hexadecimal or no body at all.
/// </summary>
public sealed record WireRequest(string From, string ToId, string Name, byte[] Body)
{
    public static readonly byte[] Accepted =
        "HTTP/1.1 202 Accepted\r\nDate: Sun, 22 Nov 2026 17:04:23 GMT\r\nContent-Length: 0\r\n\r\n"u8.ToArray();

    /// <returns>Null while the message is incomplete; else the number of bytes it took.</returns>
    public static (WireRequest Message, int Length)? TryRead(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        string[] head = Encoding.ASCII.GetString(bytes[..end]).Split("\r\n");
        string[] request = head[0].Split(' ');
        string[] path = request[1].Split('/', 3);
        string from = head[2]["Libprocess-From: ".Length..];
        string[] expected =
        [
            $"POST /{path[1]}/{path[2]} HTTP/1.1", $"User-Agent: libprocess/{from}", $"Libprocess-From: {from}", "Connection: Keep-Alive",
        ];
        if (!head.Take(4).SequenceEqual(expected) || !head[4].StartsWith("Host: 127.0.0.1:", StringComparison.Ordinal))
        {
            throw new FormatException($"Not the head of a libprocess message: {string.Join(" | ", head)}");
        }

        int start = end + 4;
        if (head.Length == 5)
        {
            return (new WireRequest(from, path[1], path[2], []), start);
        }

        if (head.Length != 6 || head[5] != "Transfer-Encoding: chunked")
        {
            throw new FormatException($"Not the head of a libprocess message: {string.Join(" | ", head)}");
        }

        int line = bytes[start..].IndexOf("\r\n"u8);
        if (line < 0)
        {
            return null;
        }

        string size = Encoding.ASCII.GetString(bytes.Slice(start, line));
        int length = int.Parse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        int body = start + line + 2;
        const string Tail = "\r\n0\r\n\r\n";
        if (bytes.Length < body + length + Tail.Length)
        {
            return null;
        }

        if (size != length.ToString("x", CultureInfo.InvariantCulture)
            || Encoding.ASCII.GetString(bytes.Slice(body + length, Tail.Length)) != Tail)
        {
            throw new FormatException($"Not one lower-case chunk: {size}");
        }

        return (new WireRequest(from, path[1], path[2], bytes.Slice(body, length).ToArray()), body + length + Tail.Length);
    }

    public byte[] ToBytes(string host)
    {
        string head = $"POST /{ToId}/{Name} HTTP/1.1\r\nUser-Agent: libprocess/{From}\r\nLibprocess-From: {From}\r\nConnection: Keep-Alive\r\nHost: {host}\r\n";
        if (Body.Length == 0)
        {
            return Encoding.ASCII.GetBytes(head + "\r\n");
        }

        return
        [
            .. Encoding.ASCII.GetBytes($"{head}Transfer-Encoding: chunked\r\n\r\n{Body.Length:x}\r\n"),
            .. Body,
            .. "\r\n0\r\n\r\n"u8,
        ];
    }
}
