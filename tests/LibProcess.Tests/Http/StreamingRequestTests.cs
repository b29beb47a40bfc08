using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using LibProcess.Http;
using LibProcess.Net;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Net;

namespace LibProcess.Tests.Http;

/// <summary>Bodies that are read while they arrive.</summary>
public class StreamingRequestTests
{
    private const string Chunked = "POST /p/in HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static readonly WireLimits SmallWindow = new() { StreamWindowBytes = 1000, MaxRequestBodyBytes = 2000 };

    private static TestNode Start(out Sink sink, WireLimits? limits = null)
    {
        var node = new TestNode(configure: options => options with { Limits = limits ?? SmallWindow });
        sink = node.Spawn(new Sink(node.Manager));
        return node;
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task The_handler_is_called_as_soon_as_the_head_is_there_and_reads_what_comes()
    {
        await using TestNode node = Start(out Sink sink);
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync(Chunked);
        HttpRequest request = await sink.Called.Task.WaitAsync(RawClient.Patience);
        Assert.That(request.Body.IsEmpty, Is.True);
        Assert.That(sink.Text, Is.Empty);

        await client.SendAsync("5\r\nhello\r\n");
        Assert.That(() => sink.Text, Is.EqualTo("hello").After(20_000, 2));
        await client.SendAsync("1;x=y\r\n \r\n5\r\nworld\r\n0\r\n\r\nGET /p/plain HTTP/1.1\r\n\r\n");
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("hello world"));
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("plain"), "the connection goes on");
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(100_000)]
    [CancelAfter(30_000)]
    public async Task A_body_comes_whole_however_it_is_cut_and_no_limit_on_length_applies(int piece)
    {
        await using TestNode node = Start(out _);
        string body = string.Concat(Enumerable.Range(0, 700).Select(i => $"{i},"));
        var bytes = new StringBuilder(Chunked);
        foreach (char[] chunk in body.Chunk(13))
        {
            bytes.Append($"{chunk.Length:x}\r\n{new string(chunk)}\r\n");
        }

        bytes.Append("0\r\n\r\n").Append($"POST /p/in HTTP/1.1\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        foreach (char[] part in bytes.ToString().Chunk(piece))
        {
            await client.SendAsync(new string(part));
        }

        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("\r\n\r\n" + body));
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("\r\n\r\n" + body));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task While_the_handler_lags_the_connection_is_not_read()
    {
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        PipeReader? reader = null;
        var harness = new InboundHarness(new ProcessManagerOptions { Limits = SmallWindow })
        {
            Route = new RouteOptions { StreamsRequest = true },
            Handler = async request =>
            {
                reader = request.BodyPipe;
                await hold.Task;
                return HttpResponse.Ok($"{(await ReadAsync(reader!)).Length}");
            },
        };
        harness.Send("POST /x HTTP/1.1\r\nContent-Length: 50000\r\n\r\n");
        Assert.That(reader, Is.Not.Null);
        for (int i = 0; i < 50; i++)
        {
            harness.Send(new string('x', 1000));
        }

        Assert.That(() => harness.Unread, Is.GreaterThanOrEqualTo(47_000).After(5_000, 5));
        Assert.That(reader!.TryRead(out ReadResult waiting), Is.True);
        Assert.That(waiting.Buffer.Length, Is.InRange(1000, 3000), "about a window");
        reader.AdvanceTo(waiting.Buffer.Start);
        hold.SetResult();
        Assert.That(() => harness.Answers, Does.EndWith("\r\n\r\n50000").After(10_000, 5));
        await Task.CompletedTask;
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_client_that_leaves_fails_the_reader_and_cancels_the_request()
    {
        await using TestNode node = Start(out Sink sink);
        RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync(Chunked + "5\r\nhel");
        HttpRequest request = await sink.Called.Task.WaitAsync(RawClient.Patience);
        client.Reset();
        Exception failure = await sink.Failed.Task.WaitAsync(RawClient.Patience);
        Assert.That(failure, Is.TypeOf<HttpBodyException>().With.Message.EqualTo("the client left before the end of the body"));
        Assert.That(() => request.Aborted.IsCancellationRequested, Is.True.After(20_000, 5));
    }

    [TestCase("zz\r\n", TestName = "no size")]
    [TestCase("2\r\nabc\r\n", TestName = "a chunk longer than its size")]
    [TestCase("10000000000000000\r\n", TestName = "a size beyond 64 bits")]
    [TestCase("fffffffffffffffff", TestName = "more digits than a size can have, without end")]
    [CancelAfter(30_000)]
    public async Task A_body_that_cannot_be_decoded_fails_the_reader_and_the_answer_is_500(string body)
    {
        await using TestNode node = Start(out Sink sink);
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync(Chunked + body.PadRight(400, 'f'));
        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 500").And.EndWith("failed to decode body"));
        Assert.That(await client.ReadAnswerAsync(), Is.Null, "where the next request begins is not known");
        Assert.That(await sink.Failed.Task, Is.TypeOf<HttpBodyException>());
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_trailer_fails_the_reader_and_the_connection_stays_open()
    {
        await using TestNode node = Start(out _);
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync(Chunked + "1\r\na\r\n0\r\nX: y\r\n\r\nGET /p/plain HTTP/1.1\r\n\r\n");
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("failed to decode body"));
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("plain"));
    }

    [TestCase("/p/early", TestName = "the answer is over before the body")]
    [TestCase("/p/done", TestName = "the reader is completed before the body ends")]
    [CancelAfter(30_000)]
    public async Task What_nobody_reads_is_read_over_so_that_the_next_request_is_served(string path)
    {
        await using TestNode node = Start(out _);
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync($"POST {path} HTTP/1.1\r\nContent-Length: 300000\r\n\r\n{new string('x', 100_000)}");
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("early"));
        await client.SendAsync(new string('x', 200_000) + "GET /p/plain HTTP/1.1\r\n\r\n");
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("plain"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_packed_body_is_inflated_while_it_arrives()
    {
        await using TestNode node = Start(out _);
        using var packed = new MemoryStream();
        string body = string.Concat(Enumerable.Range(0, 10_000));
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.ASCII.GetBytes(body));
        }

        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        string head = $"POST /p/in HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n";
        await client.SendAsync(head);
        await client.SendAsync(packed.ToArray());
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("\r\n\r\n" + body));

        await client.SendAsync(head);
        await client.SendAsync(new string('x', (int)packed.Length));
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("failed to decode body"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_request_without_body_has_an_empty_stream()
    {
        await using TestNode node = Start(out _);
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("POST /p/in HTTP/1.1\r\n\r\n");
        Assert.That(await client.ReadAnswerAsync(), Does.Contain("Content-Length: 0"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_stream_may_be_answered_while_it_is_read()
    {
        await using TestNode node = Start(out _);
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("POST /p/echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
        await client.ReadHeadAsync();
        for (int i = 0; i < 3; i++)
        {
            await client.SendAsync($"2\r\n{i}!\r\n");
            Assert.That(await client.ReadChunkAsync(), Is.EqualTo($"2\r\n{i}!\r\n"));
        }

        await client.SendAsync("0\r\n\r\n");
        Assert.That(await client.ReadChunkAsync(), Is.EqualTo("0\r\n\r\n"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_node_stops_while_handlers_lag_and_clients_wait()
    {
        TestNode node = Start(out Sink sink);
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("POST /p/never HTTP/1.1\r\nContent-Length: 300000\r\n\r\n" + new string('x', 200_000));
        await sink.Called.Task.WaitAsync(RawClient.Patience);
        await node.DisposeAsync();
    }

    private static async Task<string> ReadAsync(PipeReader reader)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAsync();
            if (result.IsCompleted)
            {
                string text = Encoding.Latin1.GetString(result.Buffer);
                reader.AdvanceTo(result.Buffer.End);
                return text;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private sealed class Sink(ProcessManager manager) : ProcessBase(manager, "p")
    {
        private static readonly RouteOptions Streams = new() { StreamsRequest = true };

        private readonly StringBuilder text = new();

        public string Text
        {
            get
            {
                lock (text)
                {
                    return text.ToString();
                }
            }
        }

        public TaskCompletionSource<HttpRequest> Called { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<Exception> Failed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override void Initialize()
        {
            Route("/in", null, Streams, InAsync);
            Route("/plain", null, _ => HttpResponse.Ok("plain"));
            Route("/early", null, Streams, _ => HttpResponse.Ok("early"));
            Route("/done", null, Streams, request =>
            {
                request.BodyPipe!.Complete();
                return HttpResponse.Ok("early");
            });
            Route("/echo", null, Streams, request => HttpResponse.Streaming("x/y", (output, gone) => request.BodyPipe!.CopyToAsync(output, gone)));
            Route("/never", null, Streams, async request =>
            {
                Called.TrySetResult(request);
                await new TaskCompletionSource().Task.WaitAsync(Terminated);
                return HttpResponse.Ok();
            });
        }

        private async ValueTask<HttpResponse> InAsync(HttpRequest request)
        {
            Called.TrySetResult(request);
            var whole = new StringBuilder();
            try
            {
                while (true)
                {
                    ReadResult result = await request.BodyPipe!.ReadAsync();
                    Assert.That(OnProcess, Is.True);
                    string piece = Encoding.Latin1.GetString(result.Buffer);
                    whole.Append(piece);
                    lock (text)
                    {
                        text.Append(piece);
                    }

                    request.BodyPipe.AdvanceTo(result.Buffer.End);
                    if (result.IsCompleted)
                    {
                        return HttpResponse.Ok(whole.ToString());
                    }
                }
            }
            catch (HttpBodyException exception)
            {
                Failed.TrySetResult(exception);
                throw;
            }
        }
    }
}
