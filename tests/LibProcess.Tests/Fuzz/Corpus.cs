using System.Text;
using LibProcess.Http;
using LibProcess.Tests.Net;

namespace LibProcess.Tests.Fuzz;

/// <summary>What mutations start from: recorded traffic, the classics of request smuggling, and the words of the protocols.</summary>
internal static class Corpus
{
    private const string Chunked = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";

    private static readonly string[] Words =
    [
        "\r\n", "\n", "\r", "\r\n\r\n", "\0", " ", "\t", ":", ": ", ";", ",", "0\r\n\r\n", "HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "GET ", "POST ", "HEAD ", "PUT ", "OPTIONS * ",
        "Content-Length: ", "Content-Length: 5\r\n", "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding:\u000bchunked\r\n", "Transfer-Encoding : chunked\r\n", "\r\n Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "Connection: keep-alive\r\n", "Connection: Upgrade\r\n",
        "Host: x\r\n", "Expect: 100-continue\r\n", "Content-Encoding: gzip\r\n", "Accept-Encoding: gzip\r\n", "Libprocess-From: a@127.0.0.1:1\r\n", "User-Agent: libprocess/a@127.0.0.1:1\r\n",
        "HTTP/1.1 200 OK\r\n", "HTTP/1.1 204 No Content\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n", "5\r\nhello\r\n", "5;a=b\r\n", "ffffffffffffffff\r\n", "-1\r\n",
        "%", "%00", "%2e%2e", "%zz", "+", "&", "=", "?", "#", "/", "//", "/..", "http://", "https://", "@", "@127.0.0.1:1", ":65536", "[::1]", "\u00ff", "\u00c3\u00a4", "\u00ed\u00a0\u0080",
        "{", "}", "[", "]", "\"", "\\u0000", "\\ud800", "null", "true", "1e999", "-0", "{\"a\":", "[[[[[[[[", "gzip;q=0", "*;q=0.5", "secs", "ns", "weeks", "1.5",
    ];

    public static IReadOnlyList<byte[]> Dictionary { get; } = [.. Words.Select(Encoding.Latin1.GetBytes)];

    public static IEnumerable<byte[]> Requests() =>
        Captures.Messages().Select(message => message.Raw).Where(raw => raw.Length < 3000).Take(60)
            .Concat(Captures.Probes("master").Select(probe => probe.Request).Where(request => request.Length < 3000))
            .Concat(Smuggling().Select(Encoding.Latin1.GetBytes))
            .Append(GzipRequest());

    public static IEnumerable<byte[]> Responses() =>
        Captures.Probes("master").Concat(Captures.Probes("agent")).Where(probe => !probe.BodyOmitted).Select(probe => probe.Response)
            .Where(response => response.Length is > 0 and < 3000)
            .Concat(Answers().Select(Encoding.Latin1.GetBytes));

    public static IEnumerable<byte[]> Texts(params string[] texts) => texts.Select(Encoding.Latin1.GetBytes);

    private static byte[] GzipRequest()
    {
        byte[] packed = GzipCoding.Compress(Encoding.ASCII.GetBytes(new string('x', 3000)));
        return [.. Encoding.ASCII.GetBytes($"POST /P/m HTTP/1.1\r\nLibprocess-From: a@127.0.0.1:1\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n"), .. packed];
    }

    // What proxies and servers have been played against each other with.
    private static IEnumerable<string> Smuggling()
    {
        const string Post = "POST /P/m HTTP/1.1\r\nHost: x\r\nLibprocess-From: a@127.0.0.1:1\r\n";
        const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
        yield return Post + "Content-Length: 6\r\n" + Chunked + Smuggled;
        yield return Post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello" + Smuggled;
        yield return Post + "Content-Length: 5, 5\r\n\r\nhello" + Smuggled;
        yield return Post + "Content-Length: +5\r\n\r\nhello" + Smuggled;
        yield return Post + "Content-Length : 5\r\n\r\nhello" + Smuggled;
        yield return Post + "Transfer-Encoding: xchunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + Smuggled;
        yield return Post + "Transfer-Encoding: chunked\r\n" + Chunked + Smuggled;
        yield return Post + "Transfer-Encoding:chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + Smuggled;
        yield return Post + "X: y\r\n " + Chunked + Smuggled;
        yield return Post + "X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + Smuggled;
        yield return Post + "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n" + Smuggled;
        yield return Post + "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n" + Smuggled;
        yield return Post + "Transfer-Encoding: chunked\r\n\r\n5;\n\r\nhello\r\n0\r\n\r\n" + Smuggled;
        yield return Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\n" + Smuggled;
        yield return Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n" + Smuggled;
        yield return Post + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r" + Smuggled;
        yield return Post + Chunked + Smuggled + Post + "\r\n";
        yield return "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 38\r\n\r\n" + Smuggled;
        yield return "\r\n\r\nGET //x/../y?a=b&c;d=%41+e HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET http://h/p HTTP/1.1\r\n\r\n";
        yield return "GET /x\r\n\r\n" + Smuggled;
        yield return "GET /x HTTP/1.1\rX: y\r\n\r\n" + Smuggled;
        yield return "GET /x\0 HTTP/1.1\r\n\r\n" + Smuggled;
        yield return "POST /P/m HTTP/1.1\r\nLibprocess-From: a@localhost:1\r\n\r\n" + Post + "\r\n" + Post + "\r\n";
    }

    private static IEnumerable<string> Answers()
    {
        yield return "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\n" + Chunked;
        yield return "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\n\r\nHTTP/1.0 200 OK\r\n\r\nuntil the end";
        yield return "HTTP/1.1 200 OK\r\n" + Chunked + "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\nHTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx";
        byte[] packed = GzipCoding.Compress(Encoding.ASCII.GetBytes(new string('x', 3000)));
        yield return $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n{Encoding.Latin1.GetString(packed)}";
    }
}
