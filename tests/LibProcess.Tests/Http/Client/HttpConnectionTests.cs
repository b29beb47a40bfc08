using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using LibProcess.Http;
using LibProcess.Http.Client;
using LibProcess.Net;
using LibProcess.Scheduling;

namespace LibProcess.Tests.Http.Client;

/// <summary>What a client makes of the bytes of a server. There is no network: the test is the server.</summary>
[CancelAfter(30_000)]
public sealed class HttpConnectionTests
{
    private Wire wire = null!;

    [SetUp]
    public void Connect() => wire = new Wire();

    [TearDown]
    public async Task Close() => await wire.DisposeAsync();

    [Test]
    public async Task A_request_and_its_answer()
    {
        Task<ClientResponse> answer = wire.Connection.SendAsync(new ClientRequest { Method = "POST", Body = "ping"u8.ToArray(), Headers = { { "X-Y", "z" } } });
        Assert.That(await wire.SentAsync(), Is.EqualTo("POST /path?x=1 HTTP/1.1\r\nHost: server:8080\r\nX-Y: z\r\nContent-Length: 4\r\n\r\nping"));
        await wire.AnswerAsync("HTTP/1.1 200 Very Fine\r\nContent-Length: 4\r\nA: 1\r\nA: 2\r\n\r\npong");
        ClientResponse response = await answer;
        Assert.That((response.Status, response.Reason, response.Text, response.Headers["a"]), Is.EqualTo((200, "Very Fine", "pong", "1")));
        Assert.That(wire.Connection.Disconnected.IsCompleted, Is.False);
    }

    [Test]
    public async Task Requests_under_way_are_answered_in_order()
    {
        Task<ClientResponse>[] answers = [.. Enumerable.Range(0, 3).Select(i => wire.Connection.SendAsync(new ClientRequest { Target = $"/{i}" }))];
        Assert.That(await wire.SentAsync(), Is.EqualTo(string.Concat(Enumerable.Range(0, 3).Select(i => $"GET /{i} HTTP/1.1\r\nHost: server:8080\r\n\r\n"))));
        await wire.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n0HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n2\r\n0\r\n\r\n");
        Assert.That((await Task.WhenAll(answers)).Select(a => $"{a.Status} {a.Text}"), Is.EqualTo(new[] { "200 0", "404 1", "200 2" }));
    }

    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")]
    [TestCase("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n002;x=\"y\"\r\nhe\r\n3\r\nllo\r\n000\r\nTrailer: t\r\n\r\n")]
    [TestCase("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello")]
    public async Task The_body_ends_where_its_framing_says_however_the_bytes_are_cut(string text)
    {
        for (int size = 1; size <= text.Length; size++)
        {
            Task<ClientResponse> answer = wire.Connection.SendAsync(new ClientRequest());
            await wire.AnswerAsync(text, size);
            Assert.That((await answer).Text, Is.EqualTo("hello"), $"pieces of {size}");
        }

        Assert.That(wire.Connection.Disconnected.IsCompleted, Is.False);
    }

    [Test]
    public async Task A_body_without_framing_ends_with_the_connection()
    {
        Task<ClientResponse> answer = wire.Connection.SendAsync(new ClientRequest());
        Task<ClientResponse> second = wire.Connection.SendAsync(new ClientRequest());
        await wire.AnswerAsync("HTTP/1.1 200 OK\r\n\r\nhel");
        await wire.AnswerAsync("lo");
        Assert.That(answer.IsCompleted, Is.False);
        wire.Finish();
        Assert.That((await answer).Text, Is.EqualTo("hello"));
        Assert.That(async () => await second, Fails(HttpClientError.Disconnected));
        await wire.Connection.Disconnected;
    }

    [TestCase("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")]
    [TestCase("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [TestCase("GET", "HTTP/1.1 204 No Content\r\n\r\n")]
    [TestCase("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")]
    [TestCase("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")]
    [TestCase("GET", "HTTP/1.1 202 Accepted\r\nDate: x\r\nContent-Length: 0\r\n\r\n")]
    public async Task Some_answers_have_no_body(string method, string text)
    {
        Task<ClientResponse> answer = wire.Connection.SendAsync(new ClientRequest { Method = method });
        Task<ClientResponse> next = wire.Connection.SendAsync(new ClientRequest());
        await wire.AnswerAsync(text + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
        Assert.That((await answer).Body.Length, Is.Zero);
        Assert.That((await next).Text, Is.EqualTo("next"));
    }

    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\nContent-Length: 5\n\n")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")]
    [TestCase("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [TestCase("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n")]
    [TestCase("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [TestCase("HTTP/1.1 101 Switching Protocols\r\n\r\n")]
    [TestCase("HTTP/1.1 099 No\r\n\r\n")]
    [TestCase("HTTP/1.1 20 OK\r\n\r\n")]
    [TestCase("HTTP/1.1 2000 OK\r\n\r\n")]
    [TestCase("HTTP/2.0 200 OK\r\n\r\n")]
    [TestCase("ICY 200 OK\r\n\r\n")]
    [TestCase("HTTP/1.1 200 O\u0001K\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nX: \u0001\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\n: x\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n")]
    public async Task An_answer_whose_end_is_in_doubt_breaks_the_connection(string text)
    {
        Task<ClientResponse> answer = wire.Connection.SendAsync(new ClientRequest());
        Task<ClientResponse> behind = wire.Connection.SendAsync(new ClientRequest());
        await wire.AnswerAsync(text);
        Assert.That(async () => await answer, Fails(HttpClientError.Malformed));
        Assert.That(async () => await behind, Fails(HttpClientError.Malformed));
        await wire.Connection.Disconnected;
    }

    [Test]
    public async Task Bytes_nobody_asked_for_break_the_connection()
    {
        await wire.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await wire.Connection.Disconnected;
        Assert.That(async () => await wire.Connection.SendAsync(new ClientRequest()), Fails(HttpClientError.Malformed));
    }

    [TestCase("HTTP/1.1 200 OK\r\nContent-Len")]
    [TestCase("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell")]
    [TestCase("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [TestCase("")]
    public async Task An_answer_that_breaks_off_is_no_answer(string text)
    {
        Task<ClientResponse> answer = wire.Connection.SendAsync(new ClientRequest());
        await wire.AnswerAsync(text);
        wire.Finish();
        Assert.That(async () => await answer, Fails(HttpClientError.Disconnected));
    }

    [Test]
    public async Task Heads_and_bodies_have_limits()
    {
        await using var small = new Wire(new WireLimits { MaxHeadBytes = 200, MaxBodyBytes = 100 });
        Task<ClientResponse> answer = small.Connection.SendAsync(new ClientRequest());
        await small.AnswerAsync("HTTP/1.1 200 OK\r\nX: " + new string('x', 300));
        Assert.That(async () => await answer, Fails(HttpClientError.TooLarge));

        foreach (string body in new[] { "Content-Length: 101\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n65\r\n" + new string('x', 101), "\r\n" + new string('x', 101) })
        {
            await using var next = new Wire(new WireLimits { MaxHeadBytes = 200, MaxBodyBytes = 100 });
            answer = next.Connection.SendAsync(new ClientRequest());
            await next.AnswerAsync("HTTP/1.1 200 OK\r\n" + body);
            Assert.That(async () => await answer, Fails(HttpClientError.TooLarge));
        }
    }

    [Test]
    public async Task After_connection_close_the_rest_of_the_requests_fail()
    {
        Task<ClientResponse> answer = wire.Connection.SendAsync(new ClientRequest());
        Task<ClientResponse> behind = wire.Connection.SendAsync(new ClientRequest());
        await wire.AnswerAsync("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
        Assert.That((await answer).Text, Is.EqualTo("hello"));
        Assert.That(async () => await behind, Throws.InstanceOf<HttpClientException>().With.Message.EqualTo("Received 'Connection: close' from the server"));
        await wire.Connection.Disconnected;
    }

    [Test]
    public async Task A_request_that_closes_is_the_last_one()
    {
        Task<ClientResponse> answer = wire.Connection.SendAsync(new ClientRequest { KeepAlive = false });
        Assert.That(
            async () => await wire.Connection.SendAsync(new ClientRequest()),
            Throws.InstanceOf<HttpClientException>().With.Message.EqualTo("Cannot pipeline after 'Connection: close'"));
        Assert.That(await wire.SentAsync(), Is.EqualTo("GET /path?x=1 HTTP/1.1\r\nHost: server:8080\r\nConnection: close\r\n\r\n"));
        await wire.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await answer;
        await wire.Connection.Disconnected;
    }

    [Test]
    public async Task Giving_up_a_request_under_way_closes_the_connection()
    {
        using var cancellation = new CancellationTokenSource();
        Task<ClientResponse> answer = wire.Connection.SendAsync(new ClientRequest(), cancellation.Token);
        Task<ClientResponse> behind = wire.Connection.SendAsync(new ClientRequest());
        await cancellation.CancelAsync();
        Assert.That(async () => await answer, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await behind, Fails(HttpClientError.Disconnected));
        await wire.Connection.Disconnected;
    }

    [Test]
    public async Task A_request_given_up_before_it_was_sent_is_withdrawn()
    {
        using var cancellation = new CancellationTokenSource();
        var gate = new TaskCompletionSource();
        Task<ClientResponse> first = wire.Connection.SendAsync(new ClientRequest { Method = "POST", Stream = (_, _) => gate.Task });
        Task<ClientResponse> second = wire.Connection.SendAsync(new ClientRequest { Target = "/second" }, cancellation.Token);
        Task<ClientResponse> third = wire.Connection.SendAsync(new ClientRequest { Target = "/third" });
        await cancellation.CancelAsync();
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
        gate.SetResult();
        await wire.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n3", waitFor: "/third HTTP/1.1");
        Assert.That(((await first).Text, (await third).Text), Is.EqualTo(("1", "3")));
        Assert.That(await wire.SentAsync(), Does.Not.Contain("second"));
    }

    [Test]
    public async Task A_streamed_request_is_sent_as_chunks_under_back_pressure()
    {
        bool wasHeldUp = false;
        Task<ClientResponse> answer = wire.Connection.SendAsync(new ClientRequest
        {
            Method = "POST",
            Stream = async (body, over) =>
            {
                await body.WriteAsync("hello"u8.ToArray(), over);
                Task<FlushResult> much = body.WriteAsync(new byte[256 * 1024], over).AsTask();
                wasHeldUp = !much.IsCompleted;
                await much;
            },
        });
        await wire.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", waitFor: "0\r\n\r\n");
        await answer;
        string sent = await wire.SentAsync();
        const string Head = "POST /path?x=1 HTTP/1.1\r\nHost: server:8080\r\nTransfer-Encoding: chunked\r\n\r\n";
        Assert.That(sent, Does.StartWith(Head));
        Assert.That(Unchunk(sent[Head.Length..]), Is.EqualTo("hello" + new string('\0', 256 * 1024)));
        Assert.That(wasHeldUp, Is.True);
    }

    [Test]
    public async Task An_author_of_a_body_who_fails_breaks_the_connection()
    {
        Task<ClientResponse> answer = wire.Connection.SendAsync(new ClientRequest { Method = "POST", Stream = (_, _) => throw new FormatException("no") });
        Assert.That(async () => await answer, Fails(HttpClientError.RequestBody));
    }

    [Test]
    public async Task An_answer_before_the_end_of_the_request_ends_the_connection_and_tells_the_author()
    {
        var told = new TaskCompletionSource();
        Task<ClientResponse> answer = wire.Connection.SendAsync(new ClientRequest
        {
            Method = "POST",
            Stream = async (body, over) =>
            {
                await body.FlushAsync(over);
                over.Register(told.SetResult);
                await Task.Delay(Timeout.Infinite, over);
            },
        });
        await wire.AnswerAsync("HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 0\r\n\r\n");
        Assert.That((await answer).Status, Is.EqualTo(413));
        await told.Task;
        await wire.Connection.Disconnected;
    }

    [Test]
    public async Task A_streamed_answer_is_read_while_it_arrives()
    {
        Task<StreamedResponse> opening = wire.Connection.OpenAsync(new ClientRequest());
        Task<ClientResponse> next = wire.Connection.SendAsync(new ClientRequest());
        await wire.AnswerAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        await using StreamedResponse stream = await opening;
        foreach (string piece in new[] { "one", "two" })
        {
            await wire.AnswerAsync($"3\r\n{piece}\r\n");
            ReadResult read = await stream.Body.ReadAsync();
            Assert.That(Encoding.ASCII.GetString(read.Buffer), Is.EqualTo(piece));
            stream.Body.AdvanceTo(read.Buffer.End);
        }

        await wire.AnswerAsync("0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
        Assert.That(await stream.ReadToEndAsync(), Is.Empty);
        Assert.That((await next).Text, Is.EqualTo("next"));
    }

    [Test]
    public async Task A_stream_nobody_reads_is_not_taken_from_the_peer()
    {
        Task<StreamedResponse> opening = wire.Connection.OpenAsync(new ClientRequest());
        await wire.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n");
        await using StreamedResponse stream = await opening;
        int sent = 0;
        while (sent < 10_000_000 && wire.TryAnswer(new byte[10_000]))
        {
            sent += 10_000;
            await Task.Delay(1);
        }

        Assert.That(sent, Is.LessThan(500_000));
        Task rest = Task.Run(async () =>
        {
            for (; sent < 10_000_000; sent += 10_000)
            {
                await wire.AnswerAsync(new string('x', 10_000));
            }
        });
        Assert.That(await stream.ReadToEndAsync(), Has.Length.EqualTo(10_000_000));
        await rest;
    }

    [Test]
    public async Task Disposing_a_stream_before_its_end_closes_the_connection()
    {
        Task<StreamedResponse> opening = wire.Connection.OpenAsync(new ClientRequest());
        await wire.AnswerAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        await (await opening).DisposeAsync();
        await wire.Connection.Disconnected;
    }

    [Test]
    public async Task A_stream_that_breaks_off_fails_its_reader()
    {
        Task<StreamedResponse> opening = wire.Connection.OpenAsync(new ClientRequest());
        await wire.AnswerAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
        await using StreamedResponse stream = await opening;
        wire.Finish();
        Assert.That(async () => await stream.ReadToEndAsync(), Fails(HttpClientError.Disconnected));
    }

    [Test]
    public async Task The_end_of_a_connection_reaches_a_stream_that_waits_for_its_reader()
    {
        Task<StreamedResponse> opening = wire.Connection.OpenAsync(new ClientRequest());
        Task sending = wire.AnswerAsync("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + new string('x', 200_000));
        await using StreamedResponse stream = await opening;
        await wire.Connection.DisposeAsync();
        await sending;
        Assert.That(async () => await stream.ReadToEndAsync(), Fails(HttpClientError.Disconnected));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Compressed_bodies_are_inflated(bool isStreamed)
    {
        byte[] text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\n")));
        string packed = Encoding.Latin1.GetString(GzipCoding.Compress(text));
        string answer = $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n{packed}";
        Assert.That(await Fetch(answer), Is.EqualTo(text));

        string cut = packed[..^20];
        answer = $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {cut.Length}\r\n\r\n{cut}";
        Assert.That(async () => await Fetch(answer), Fails(HttpClientError.Malformed));

        async Task<byte[]> Fetch(string bytes)
        {
            if (!isStreamed)
            {
                Task<ClientResponse> whole = wire.Connection.SendAsync(new ClientRequest());
                await wire.AnswerAsync(bytes);
                return (await whole).Body.ToArray();
            }

            Task<StreamedResponse> opening = wire.Connection.OpenAsync(new ClientRequest());
            Task sending = wire.AnswerAsync(bytes);
            await using StreamedResponse stream = await opening;
            byte[] all = await stream.ReadToEndAsync();
            await sending;
            return all;
        }
    }

    [Test]
    public void Requests_that_cannot_be_sent_are_refused()
    {
        ClientRequest[] requests =
        [
            new() { Method = "" }, new() { Method = "G T" }, new() { Method = "CONNECT" }, new() { Target = "/a b" }, new() { Target = "x" },
            new() { Target = "/a\r\nX: y" }, new() { Headers = { { "A B", "c" } } }, new() { Headers = { { "A", "b\r\nC: d" } } },
            new() { Headers = { { "Content-Length", "1" } } }, new() { Headers = { { "transfer-encoding", "x" } } },
            new() { Body = new byte[1], Stream = (_, _) => Task.CompletedTask },
        ];
        foreach (ClientRequest request in requests)
        {
            Assert.That(() => wire.Connection.SendAsync(request), Throws.ArgumentException);
        }
    }

    private static string Unchunk(string text)
    {
        var decoder = new ChunkDecoder(new WireLimits());
        var bytes = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(text));
        var body = new StringBuilder();
        BodyStep step;
        while ((step = decoder.Read(ref bytes, out ReadOnlySequence<byte> piece)) == BodyStep.Piece)
        {
            body.Append(Encoding.Latin1.GetString(piece));
        }

        Assert.That(step, Is.EqualTo(BodyStep.Complete));
        return body.ToString();
    }

    private static NUnit.Framework.Constraints.EqualConstraint<HttpClientError> Fails(HttpClientError error) =>
        Throws.InstanceOf<HttpClientException>().With.Property(nameof(HttpClientException.Error)).EqualTo(error);
}

/// <summary>A connection of a client whose other end is the test.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly Pipe toClient = new(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false));
    private readonly Pipe toServer = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly StringBuilder sent = new();
    private Task<FlushResult> last = Task.FromResult(default(FlushResult));

    public Wire(WireLimits? limits = null)
    {
        Connection = new HttpConnection(
            new ClientEnd(this), HttpUrl.Parse("http://server:8080/path?x=1"), limits ?? new WireLimits(), ProcessScheduler.ThreadPool, _ => { });
        Connection.Start();
    }

    public HttpConnection Connection { get; }

    /// <summary>All that the client has sent so far.</summary>
    public async Task<string> SentAsync(string? waitFor = null)
    {
        while (true)
        {
            if (!toServer.Reader.TryRead(out ReadResult read))
            {
                if (waitFor is null || sent.ToString().Contains(waitFor, StringComparison.Ordinal))
                {
                    return sent.ToString();
                }

                read = await toServer.Reader.ReadAsync();
            }

            sent.Append(Encoding.Latin1.GetString(read.Buffer));
            toServer.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return sent.ToString();
            }
        }
    }

    public async Task AnswerAsync(string text, int size = int.MaxValue, string? waitFor = null)
    {
        if (waitFor is not null)
        {
            await SentAsync(waitFor);
        }

        byte[] bytes = Encoding.Latin1.GetBytes(text);
        await last;
        for (int at = 0; at < bytes.Length; at += Math.Min(size, bytes.Length - at))
        {
            await toClient.Writer.WriteAsync(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)));
        }
    }

    /// <returns>False where the client takes nothing more.</returns>
    public bool TryAnswer(byte[] bytes)
    {
        if (last.IsCompleted)
        {
            last = toClient.Writer.WriteAsync(bytes).AsTask();
        }

        return last.IsCompleted;
    }

    public void Finish() => toClient.Writer.Complete();

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private sealed class ClientEnd(Wire wire) : IConnection
    {
        public IPEndPoint RemoteEndPoint { get; } = new(IPAddress.Loopback, 8080);

        public PipeReader Input => wire.toClient.Reader;

        public PipeWriter Output => wire.toServer.Writer;

        public void Abort() => wire.toClient.Writer.Complete();

        public async ValueTask DisposeAsync()
        {
            await wire.toClient.Reader.CompleteAsync();
            await wire.toServer.Writer.CompleteAsync();
        }
    }
}
