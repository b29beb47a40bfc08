using System.Text;
using LibProcess.Http;
using LibProcess.Http.Authentication;
using LibProcess.Processes;
using LibProcess.Testing;

namespace LibProcess.Tests.Net;

/// <summary>
/// What once brought the original down, or let requests past it, by the number under which it was published. After each the node
/// serves as before, and no handler has let an exception escape: the node of the test sees to that.
/// </summary>
public class KnownAttackTests
{
    private const string From = "Libprocess-From: a@1.2.3.4:5\r\n";

    private static TestNode Start(out Target target)
    {
        var node = new TestNode(configure: options => options with { Delegate = "p" });
        target = node.Spawn(new Target(node.Manager));
        return node;
    }

    /// <summary>Sends bytes on a connection of their own and reads all answers; the connection must come to an end or to rest.</summary>
    private static async Task<string> ProbeAsync(TestNode node, ReadOnlyMemory<byte> bytes)
    {
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        try
        {
            await client.SendAsync(bytes);
            client.FinishSending();
            return await client.ReadToEndAsync();
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Closed while it was still sending.
            return string.Empty;
        }
    }

    private static Task<string> ProbeAsync(TestNode node, string text) => ProbeAsync(node, Encoding.Latin1.GetBytes(text));

    private static async Task AssertAliveAsync(TestNode node) =>
        Assert.That(await ProbeAsync(node, "GET /p/alive HTTP/1.1\r\n\r\n"), Does.EndWith("alive"));

    [Test]
    [CancelAfter(60_000)]
    public async Task CVE_2017_7687_every_byte_in_a_path_and_every_broken_escape_is_answered_or_closed()
    {
        await using TestNode node = Start(out _);
        for (int value = 0; value <= 255; value++)
        {
            byte[] path = [(byte)'/', (byte)value, (byte)'p'];
            foreach (string rest in (string[])[" HTTP/1.1\r\n\r\n", $" HTTP/1.1\r\n{From}\r\n"])
            {
                byte[] method = Encoding.ASCII.GetBytes(rest.Contains("From", StringComparison.Ordinal) ? "POST " : "GET ");
                string answer = await ProbeAsync(node, (byte[])[.. method, .. path, .. Encoding.ASCII.GetBytes(rest)]);
                Assert.That(answer, Is.Empty.Or.Match("^HTTP/1.1 (200|202|404|500) "), $"byte {value}");
            }
        }

        foreach (string escape in (string[])["%", "%4", "%zz", "%%", "%-1", "%u0041", "%4g", "%00", "%ff%fe", "%c0%af"])
        {
            Assert.That(await ProbeAsync(node, $"GET /{escape} HTTP/1.1\r\n\r\n"), Does.StartWith("HTTP/1.1 404"), escape);
            Assert.That(await ProbeAsync(node, $"GET /p/{escape} HTTP/1.1\r\n\r\n"), Does.StartWith("HTTP/1.1 404"), escape);
            Assert.That(await ProbeAsync(node, $"POST /{escape}/m HTTP/1.1\r\n{From}\r\n"), Does.Match("^HTTP/1.1 (404|500) "), escape);
            Assert.That(await ProbeAsync(node, $"POST /p/{escape} HTTP/1.1\r\n{From}\r\n"), Does.StartWith("HTTP/1.1 202"), escape);
            bool isBroken = escape is not ("%00" or "%ff%fe" or "%c0%af");
            Assert.That(await ProbeAsync(node, $"GET /p/alive?{escape} HTTP/1.1\r\n\r\n"), isBroken ? Is.Empty : Does.EndWith("alive"), escape);
            Assert.That(await ProbeAsync(node, $"GET /p/alive?a={escape} HTTP/1.1\r\n\r\n"), isBroken ? Is.Empty : Does.EndWith("alive"), escape);
        }

        await AssertAliveAsync(node);
    }

    [TestCase("", null)]
    [TestCase("*", "400")]
    [TestCase("/", "404")]
    [TestCase("//", "404")]
    [TestCase("/p", "202", TestName = "a message without name")]
    [TestCase("?x", null)]
    [TestCase("#x", null)]
    [TestCase("p/m", null)]
    [TestCase("h:80", null, TestName = "the authority of a proxy")]
    [TestCase("http://h", "404")]
    [TestCase("http://h/p/m", "202", TestName = "an absolute address counts by its path")]
    [TestCase("http://", "404")]
    [TestCase("://", null)]
    [CancelAfter(30_000)]
    public async Task CVE_2017_9790_a_message_to_an_empty_or_odd_path_is_answered_or_closed(string target, string? status)
    {
        await using TestNode node = Start(out _);
        string answer = await ProbeAsync(node, $"POST {target} HTTP/1.1\r\n{From}\r\n");
        Assert.That(answer, status is null ? Is.Empty : Does.StartWith($"HTTP/1.1 {status} "));
        string plain = await ProbeAsync(node, $"POST {target} HTTP/1.1\r\n\r\n");
        Assert.That(plain, status is null ? Is.Empty : Does.Match("^HTTP/1.1 (200|400|404) "));
        await AssertAliveAsync(node);
    }

    [TestCase("X: y\r\n")]
    [TestCase("Content-Length: 5\r\n")]
    [TestCase("Transfer-Encoding: chunked\r\n")]
    [TestCase("Libprocess-From: b@1.2.3.4:5\r\n")]
    [TestCase("X: y\r\nZ: z\r\n")]
    [TestCase(": \r\n")]
    [TestCase("no colon\r\n")]
    [CancelAfter(30_000)]
    public async Task CVE_2018_1330_trailers_are_answered_500_on_requests_messages_and_streams(string trailer)
    {
        await using TestNode node = Start(out Target target);
        foreach (string head in (string[])[$"POST /p/m HTTP/1.1\r\n{From}", "POST /p/alive HTTP/1.1\r\n", "POST /p/stream HTTP/1.1\r\n"])
        {
            string answers = await ProbeAsync(
                node, $"{head}Transfer-Encoding: chunked\r\n\r\n2\r\n{{{{\r\n0\r\n{trailer}\r\nGET /p/alive HTTP/1.1\r\n\r\n");
            Assert.That(answers, Does.StartWith("HTTP/1.1 500").And.Contain("failed to decode body").And.EndWith("alive"), head);
        }

        Assert.That(target.Messages, Is.Zero);
    }

    [TestCase("")]
    [TestCase("{{{")]
    [TestCase("{\"a\":}")]
    [TestCase("{\"a\":1}}")]
    [TestCase("[1,]")]
    [TestCase("nul")]
    [TestCase("\"\\ud8\"")]
    [TestCase("1e")]
    [TestCase("-")]
    [TestCase("{a:1}")]
    [CancelAfter(30_000)]
    public async Task CVE_2018_1330_json_that_is_none_is_a_bad_request(string text)
    {
        await using TestNode node = Start(out _);
        string answer = await ProbeAsync(node, $"POST /p/json HTTP/1.1\r\nContent-Length: {text.Length}\r\n\r\n{text}");
        Assert.That(answer, Does.StartWith("HTTP/1.1 400").And.Contain("\r\n\r\nFailed to parse body into JSON: "));
        await AssertAliveAsync(node);
    }

    [Test]
    public async Task CVE_2018_8023_a_token_is_refused_however_much_of_its_signature_is_right()
    {
        var authenticator = new JwtAuthenticator("r", "key"u8.ToArray(), new VirtualClock());
        string token = JsonWebToken.Create(json => json.WriteString("a", "b"), "key"u8);
        int signature = token.LastIndexOf('.') + 1;
        for (int right = 0; right < token.Length - signature - 1; right++)
        {
            char wrong = token[signature + right] == 'A' ? 'B' : 'A';
            string forged = token[..(signature + right)] + wrong + token[(signature + right + 1)..];
            Assert.That(await Ask(forged), Is.Null);
            Assert.That(await Ask(token[..(signature + right)]), Is.Null);
        }

        Assert.That(await Ask(token), Is.Not.Null);

        async Task<Principal?> Ask(string bearer)
        {
            var request = new HttpRequest();
            request.Headers.Add("Authorization", "Bearer " + bearer);
            return (await authenticator.AuthenticateAsync(request, CancellationToken.None)).Principal;
        }
    }

    [TestCase(199, true)]
    [TestCase(200, true)]
    [TestCase(201, false)]
    [TestCase(100_000, false)]
    [CancelAfter(30_000)]
    public async Task CVE_2018_11793_json_is_read_to_a_depth_of_200_and_no_deeper(int depth, bool isRead)
    {
        await using TestNode node = Start(out _);
        foreach (string text in (string[])
            [
                new string('[', depth) + new string(']', depth),
                string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1),
            ])
        {
            string answer = await ProbeAsync(node, $"POST /p/json HTTP/1.1\r\nContent-Length: {text.Length}\r\n\r\n{text}");
            Assert.That(answer, Does.StartWith(isRead ? "HTTP/1.1 200" : "HTTP/1.1 400"));
        }

        string unclosed = new('[', depth);
        string refused = await ProbeAsync(node, $"POST /p/json HTTP/1.1\r\nContent-Length: {unclosed.Length}\r\n\r\n{unclosed}");
        Assert.That(refused, Does.StartWith("HTTP/1.1 400"));
        await AssertAliveAsync(node);
    }

    [TestCase("Content-Length: 44\r\nTransfer-Encoding: chunked")]
    [TestCase("Transfer-Encoding: chunked\r\nContent-Length: 44")]
    [TestCase("Transfer-Encoding: chunked\r\nContent-Length: 0")]
    [TestCase("Content-Length: 44\r\nContent-Length: 0")]
    [TestCase("Content-Length: 0\r\nContent-Length: 0")]
    [TestCase("Content-Length: 0, 44")]
    [TestCase("Content-Length : 0")]
    [TestCase("Content-Length: 0\r\n Transfer-Encoding: chunked")]
    [TestCase("Content-Length: +0")]
    [TestCase("Content-Length: 0x0")]
    [TestCase("Content-Length: 18446744073709551616")]
    [TestCase("Transfer-Encoding : chunked")]
    [TestCase("Transfer-Encoding: chunked \x0b")]
    [TestCase("Transfer-Encoding: \x0bchunked")]
    [TestCase("Transfer-Encoding: xchunked")]
    [TestCase("Transfer-Encoding: chunkedx")]
    [TestCase("Transfer-Encoding: chunked, identity")]
    [TestCase("Transfer-Encoding: identity, chunked")]
    [TestCase("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked")]
    [TestCase("Transfer-Encoding:\r\n chunked")]
    [TestCase("Transfer-Encoding: \"chunked\"")]
    [TestCase("X: y\rTransfer-Encoding: chunked")]
    [TestCase("X: y\nTransfer-Encoding: chunked")]
    [TestCase("X: y\0\r\nTransfer-Encoding: chunked")]
    [TestCase("\r\nTransfer-Encoding: chunked", TestName = "the head ends before")]
    [CancelAfter(30_000)]
    public async Task CVE_2019_15605_nothing_that_hides_a_request_in_a_body_gets_it_served(string headers)
    {
        await using TestNode node = Start(out Target target);
        string answers = await ProbeAsync(
            node, $"POST /p/alive HTTP/1.1\r\nHost: h\r\n{headers}\r\n\r\n0\r\n\r\nGET /p/hidden HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.That(target.Hidden, Is.Zero);
        Assert.That(answers, Does.Not.Contain("hidden"));
        await AssertAliveAsync(node);
    }

    [TestCase("GET /p/alive HTTP/1.1\nHost: h\n\n", TestName = "bare line feeds")]
    [TestCase("GET /p/alive HTTP/1.1\rHost: h\r\r", TestName = "bare carriage returns")]
    [TestCase("GET /p/alive HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n", TestName = "a folded header")]
    [TestCase("GET /p/alive HTTP/1.1\r\nHost : h\r\n\r\n", TestName = "a blank before the colon")]
    [TestCase("GET /p/\0alive HTTP/1.1\r\n\r\n", TestName = "a zero in the path")]
    [TestCase("GET /p/alive HTTP/1.1\r\nA: \0\r\n\r\n", TestName = "a zero in a header")]
    [TestCase("GET /p/alive HTTP/1.1\0\r\n\r\n", TestName = "a zero after the version")]
    [TestCase("\0\0\0\0", TestName = "zeros")]
    [TestCase("\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", TestName = "the greeting of TLS")]
    [TestCase("CONNECT h:80 HTTP/1.1\r\n\r\n", TestName = "a tunnel")]
    [TestCase("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", TestName = "the greeting of HTTP 2")]
    [CancelAfter(30_000)]
    public async Task A_doubtful_head_closes_the_connection_without_an_answer(string head)
    {
        await using TestNode node = Start(out _);
        Assert.That(await ProbeAsync(node, head + "\r\n\r\nGET /p/alive HTTP/1.1\r\n\r\n"), Is.Empty);
        await AssertAliveAsync(node);
    }

    [TestCase("8000000000000000\r\n", "500", TestName = "a size of 64 bits")]
    [TestCase("ffffffffffffffff\r\n", "500", TestName = "a size of minus one")]
    [TestCase("7fffffffffffffff\r\n", "413", TestName = "a size of 63 bits")]
    [TestCase("10000000000000000000000\r\n", "500", TestName = "a size beyond all bits")]
    [TestCase("-1\r\n", "500")]
    [TestCase(" 1\r\na\r\n", "500")]
    [TestCase("1 \r\na\r\n", "500")]
    [TestCase("0x1\r\na\r\n", "500")]
    [TestCase("1\na\r\n", "500")]
    [TestCase("1\r\nab\r\n", "500")]
    [TestCase("\r\n", "500")]
    [TestCase("1;\0\r\na\r\n", "500", TestName = "a zero in an extension")]
    [CancelAfter(30_000)]
    public async Task A_chunk_that_is_none_is_refused_and_the_connection_closed(string chunk, string status)
    {
        await using TestNode node = Start(out Target target);
        foreach (string from in (string[])[From, string.Empty])
        {
            string answers = await ProbeAsync(
                node, $"POST /p/alive HTTP/1.1\r\n{from}Transfer-Encoding: chunked\r\n\r\n{chunk}0\r\n\r\nGET /p/hidden HTTP/1.1\r\n\r\n");
            Assert.That(answers, Does.StartWith($"HTTP/1.1 {status} "));
        }

        Assert.That(target.Hidden + target.Messages, Is.Zero);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task The_extension_of_a_chunk_has_a_limit()
    {
        await using TestNode node = Start(out _);
        string fits = await ProbeAsync(node, $"POST /p/alive HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;{new string('x', 255)}\r\na\r\n0\r\n\r\n");
        Assert.That(fits, Does.EndWith("alive"));
        string beyond = await ProbeAsync(node, $"POST /p/alive HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;{new string('x', 256)}\r\na\r\n0\r\n\r\n");
        Assert.That(beyond, Does.StartWith("HTTP/1.1 500").And.EndWith("failed to decode body"));
    }

    private sealed class Target(ProcessManager manager) : ProcessBase(manager, "p")
    {
        public int Hidden { get; private set; }

        public int Messages { get; private set; }

        protected override void Initialize()
        {
            Install("m", (_, _) => Messages++);
            Route("/alive", null, _ => HttpResponse.Ok("alive"));
            Route("/hidden", null, _ =>
            {
                Hidden++;
                return HttpResponse.Ok("hidden");
            });
            Route("/json", null, request =>
            {
                if (!JsonBody.TryParse(request.Body, out System.Text.Json.JsonDocument? document, out string? error))
                {
                    return HttpResponse.BadRequest(error);
                }

                document.Dispose();
                return HttpResponse.Ok();
            });
            Route("/stream", null, new RouteOptions { StreamsRequest = true }, async request =>
            {
                while (true)
                {
                    System.IO.Pipelines.ReadResult result = await request.BodyPipe!.ReadAsync();
                    request.BodyPipe.AdvanceTo(result.Buffer.End);
                    if (result.IsCompleted)
                    {
                        return HttpResponse.Ok("stream");
                    }
                }
            });
        }
    }
}
