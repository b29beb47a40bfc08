using System.Text;
using LibProcess.Http;
using LibProcess.Net;

namespace LibProcess.Tests.Http;

public class RequestHeadParserTests
{
    private static RequestHead? Parse(string head) => RequestHeadParser.Parse(Encoding.Latin1.GetBytes(head), new WireLimits(), out _);

    // What the original refuses as well.
    [TestCase("get / HTTP/1.1\r\n\r\n", TestName = "lower-case method")]
    [TestCase("FOO / HTTP/1.1\r\n\r\n", TestName = "unknown method")]
    [TestCase(" GET / HTTP/1.1\r\n\r\n", TestName = "blank before the method")]
    [TestCase("GET\r\n\r\n", TestName = "method alone")]
    [TestCase("GET path HTTP/1.1\r\n\r\n", TestName = "path without slash")]
    [TestCase("CONNECT x:1 HTTP/1.1\r\n\r\n", TestName = "connect")]
    [TestCase("GET /?a=%zz HTTP/1.1\r\n\r\n", TestName = "bad escape in the query")]
    [TestCase("GET /?%4 HTTP/1.1\r\n\r\n", TestName = "short escape in the query")]
    [TestCase("POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", TestName = "length and chunked")]
    [TestCase("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", TestName = "chunked and length")]
    [TestCase("POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", TestName = "two lengths")]
    [TestCase("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", TestName = "length beyond 64 bits")]
    [TestCase("POST / HTTP/1.1\r\nContent-Length: 9223372036854775808\r\n\r\n", TestName = "length just beyond 63 bits")]
    [TestCase("POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", TestName = "length no number")]
    [TestCase("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", TestName = "negative length")]
    [TestCase("GET / HTTP/1.1\r\n: x\r\n\r\n", TestName = "header without name")]
    [TestCase("GET / HTTP/1.1\r\nNo colon\r\n\r\n", TestName = "header without colon")]

    // What the original takes and we do not: two readers could come to different conclusions.
    [TestCase("GET  / HTTP/1.1\r\n\r\n", TestName = "two blanks")]
    [TestCase("GET / HTTP/1.1 \r\n\r\n", TestName = "blank after the version")]
    [TestCase("GET /\tx HTTP/1.1\r\n\r\n", TestName = "tab in the path")]
    [TestCase("GET /\x01 HTTP/1.1\r\n\r\n", TestName = "control character in the path")]
    [TestCase("GET / HTTP/2.0\r\n\r\n", TestName = "version 2")]
    [TestCase("GET / HTTP/1.2\r\n\r\n", TestName = "version 1.2")]
    [TestCase("GET / HTTP/0.9\r\n\r\n", TestName = "version 0.9")]
    [TestCase("GET / http/1.1\r\n\r\n", TestName = "lower-case version")]
    [TestCase("POST /\r\n\r\n", TestName = "post without version")]
    [TestCase("GET /\r\nContent-Length: 3\r\n\r\n", TestName = "body without version")]
    [TestCase("GET / HTTP/1.1\r\nHost : x\r\n\r\n", TestName = "blank before the colon")]
    [TestCase("GET / HTTP/1.1\r\nHost\t: x\r\n\r\n", TestName = "tab before the colon")]
    [TestCase("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", TestName = "folded header")]
    [TestCase("GET / HTTP/1.1\r\n A: b\r\n\r\n", TestName = "folded first header")]
    [TestCase("GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", TestName = "carriage return in a value")]
    [TestCase("GET / HTTP/1.1\r\nA: b\0\r\n\r\n", TestName = "zero in a value")]
    [TestCase("GET / HTTP/1.1\r\nA: \x7F\r\n\r\n", TestName = "delete in a value")]
    [TestCase("GET / HTTP/1.1\r\nA\x01: b\r\n\r\n", TestName = "control character in a name")]
    [TestCase("GET / HTTP/1.1\r\nA(b): c\r\n\r\n", TestName = "no token as name")]
    [TestCase("POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", TestName = "the same length twice")]
    [TestCase("POST / HTTP/1.1\r\nContent-Length: 5, 5\r\n\r\n", TestName = "list of lengths")]
    [TestCase("POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n", TestName = "signed length")]
    [TestCase("POST / HTTP/1.1\r\nContent-Length: 0x5\r\n\r\n", TestName = "hexadecimal length")]
    [TestCase("POST / HTTP/1.1\r\nContent-Length:\r\n\r\n", TestName = "empty length")]
    [TestCase("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", TestName = "gzip and chunked")]
    [TestCase("POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n\r\n", TestName = "identity")]
    [TestCase("POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n", TestName = "xchunked")]
    [TestCase("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", TestName = "chunked twice")]
    [TestCase("POST / HTTP/1.1\r\nTransfer-Encoding:\r\n\r\n", TestName = "empty coding")]
    public void A_doubtful_head_is_broken(string head) => Assert.That(Parse(head), Is.Null);

    [Test]
    public void A_head_is_taken_apart()
    {
        RequestHead head = Parse("PUT /a%20b/c?x=1&y=%41+b;z&x=2#frag HTTP/1.1\r\nHost: h\r\nX-Y:  spaced \t\r\nx-y: second\r\nEmpty:\r\n\r\n")!;

        Assert.Multiple(() =>
        {
            Assert.That(head.Method, Is.EqualTo("PUT"));
            Assert.That(head.Path, Is.EqualTo("/a%20b/c"));
            Assert.That(head.Query, Is.EquivalentTo(new Dictionary<string, string> { ["x"] = "2", ["y"] = "A b", ["z"] = "" }));
            Assert.That(head.Headers["x-Y"], Is.EqualTo("second"));
            Assert.That(head.Headers["empty"], Is.Empty);
            Assert.That(head.Headers.Select(h => h.Key), Is.EqualTo(new[] { "Host", "x-y", "Empty" }));
            Assert.That(head.Framing, Is.EqualTo(BodyFraming.None));
            Assert.That(head.KeepAlive, Is.True);
        });
    }

    [Test]
    public void There_is_a_limit_to_the_number_of_headers()
    {
        Assert.That(Parse("GET / HTTP/1.1\r\n" + string.Concat(Enumerable.Repeat("a:b\r\n", 100)) + "\r\n"), Is.Not.Null);
        Assert.That(Parse("GET / HTTP/1.1\r\n" + string.Concat(Enumerable.Repeat("a:b\r\n", 101)) + "\r\n"), Is.Null);
    }

    [TestCase("OPTIONS * HTTP/1.1\r\n\r\n", "*")]
    [TestCase("GET http://h:1/p?q HTTP/1.1\r\n\r\n", "/p")]
    [TestCase("GET http://h HTTP/1.1\r\n\r\n", "/")]
    [TestCase("GET http://h?q HTTP/1.1\r\n\r\n", "/")]
    [TestCase("GET /p#f?q HTTP/1.1\r\n\r\n", "/p")]
    [TestCase("POST /slave(1)/x HTTP/1.1\r\n\r\n", "/slave(1)/x")]
    public void Targets_have_several_forms(string head, string path) => Assert.That(Parse(head)!.Path, Is.EqualTo(path));

    [TestCase("HTTP/1.1", "", true)]
    [TestCase("HTTP/1.1", "Connection: close\r\n", false)]
    [TestCase("HTTP/1.1", "Connection: Close\r\n", false)]
    [TestCase("HTTP/1.1", "Connection: foo, close\r\n", false)]
    [TestCase("HTTP/1.1", "Connection: closed\r\n", true)]
    [TestCase("HTTP/1.0", "", false)]
    [TestCase("HTTP/1.0", "Connection: Keep-Alive\r\n", true)]
    [TestCase("HTTP/1.0", "Connection: keep-alive, close\r\n", false)]
    public void The_connection_stays_open_by_version_and_header(string version, string header, bool stays) =>
        Assert.That(Parse($"GET / {version}\r\n{header}\r\n")!.KeepAlive, Is.EqualTo(stays));

    [Test]
    public void A_request_without_version_is_the_last_one() => Assert.That(Parse("GET /health\r\nConnection: keep-alive\r\n\r\n")!.KeepAlive, Is.False);

    [TestCase("Transfer-Encoding: Chunked", BodyFraming.Chunked)]
    [TestCase("content-length: 12", BodyFraming.Length)]
    [TestCase("Content-Length: 0", BodyFraming.None)]
    [TestCase("Content-Length: 000012", BodyFraming.Length)]
    [TestCase("X: y", BodyFraming.None)]
    public void The_body_is_framed_by_header(string header, object framing) =>
        Assert.That(Parse($"POST / HTTP/1.0\r\n{header}\r\n\r\n")!.Framing, Is.EqualTo(framing));

    [TestCase("POST", "Libprocess-From: a@1.2.3.4:5", "a@1.2.3.4:5")]
    [TestCase("POST", "User-Agent: libprocess/a@1.2.3.4:5", "a@1.2.3.4:5")]
    [TestCase("POST", "User-Agent: libprocess/x@1.2.3.4:5\r\nlibprocess-from: a@1.2.3.4:5", "a@1.2.3.4:5")]
    [TestCase("POST", "User-Agent: Libprocess/a@1.2.3.4:5", null)]
    [TestCase("POST", "User-Agent: xlibprocess/a@1.2.3.4:5", null)]
    [TestCase("PUT", "Libprocess-From: a@1.2.3.4:5", null)]
    public void A_message_names_its_sender(string method, string header, string? sender) =>
        Assert.That(Parse($"{method} /x HTTP/1.1\r\n{header}\r\n\r\n")!.Sender, Is.EqualTo(sender));
}
