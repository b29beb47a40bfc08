using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using LibProcess.Http;
using LibProcess.Net;
using LibProcess.Processes;
using LibProcess.Tests.Net;

namespace LibProcess.Tests.Http;

/// <summary>Answers in order, in every form a route can give them.</summary>
public class ResponsePipelineTests
{
    private const string Get = "GET /x HTTP/1.1\r\n\r\n";
    private const string Message = "POST /P/m HTTP/1.1\r\nLibprocess-From: a@1.2.3.4:5\r\n\r\n";
    private const string Date = "Date: Sun, 22 Nov 2026 17:04:23 GMT\r\n";
    private const string Accepted = "HTTP/1.1 202 Accepted\r\n" + Date + "Content-Length: 0\r\n\r\n";

    private static string Plain(string text) =>
        $"HTTP/1.1 200 OK\r\n{Date}Content-Type: text/plain; charset=utf-8\r\nContent-Length: {text.Length}\r\n\r\n{text}";

    [Test]
    public void Requests_start_in_order_without_waiting_and_answers_keep_that_order()
    {
        var answers = new List<TaskCompletionSource<HttpResponse>>();
        var harness = new InboundHarness
        {
            Handler = _ =>
            {
                answers.Add(new TaskCompletionSource<HttpResponse>());
                return new ValueTask<HttpResponse>(answers[^1].Task);
            },
        };
        harness.Send(Get + Message + Get + Message + Message);
        Assert.That(answers, Has.Count.EqualTo(2));
        Assert.That(harness.Delivered, Has.Count.EqualTo(3));
        Assert.That(harness.Answers, Is.Empty);

        answers[1].SetResult(HttpResponse.Ok("second"));
        Assert.That(harness.Answers, Is.Empty);
        answers[0].SetResult(HttpResponse.Ok("first"));
        Assert.That(() => harness.Answers, Is.EqualTo(Plain("first") + Accepted + Plain("second") + Accepted + Accepted).After(5_000, 1));
    }

    [Test]
    public void No_more_requests_are_started_than_may_wait()
    {
        var answers = new Queue<TaskCompletionSource<HttpResponse>>();
        var harness = new InboundHarness(new ProcessManagerOptions { Limits = new WireLimits { MaxPipelinedRequests = 2 } })
        {
            Handler = _ =>
            {
                var answer = new TaskCompletionSource<HttpResponse>();
                answers.Enqueue(answer);
                return new ValueTask<HttpResponse>(answer.Task);
            },
        };
        harness.Send(string.Concat(Enumerable.Repeat(Get, 10)));
        int most = answers.Count;
        Assert.That(most, Is.InRange(2, 3));
        for (int i = 0; i < 10; i++)
        {
            Assert.That(() => answers.Count, Is.GreaterThan(0).After(5_000, 1));
            Assert.That(answers.Count, Is.LessThanOrEqualTo(most));
            answers.Dequeue().SetResult(HttpResponse.Ok());
        }

        Assert.That(() => harness.Answers.Split("200 OK"), Has.Length.EqualTo(11).After(5_000, 1));
    }

    [Test]
    public void A_sender_that_never_reads_is_not_held_up()
    {
        var harness = new InboundHarness();
        for (int i = 0; i < 100; i++)
        {
            harness.Send(string.Concat(Enumerable.Repeat(Message, 100)));
        }

        Assert.That(harness.Delivered, Has.Count.EqualTo(10_000));
        Assert.That(harness.Answers, Has.Length.EqualTo(10_000 * Accepted.Length));
    }

    [Test]
    public void Each_flush_of_a_stream_is_one_chunk()
    {
        PipeWriter? writer = null;
        var end = new TaskCompletionSource();
        var harness = new InboundHarness
        {
            Handler = _ =>
            {
                HttpResponse response = HttpResponse.Streaming("application/recordio", (output, _) =>
                {
                    writer = output;
                    return end.Task;
                });
                response.Headers.Add("Mesos-Stream-Id", "abc");
                return ValueTask.FromResult(response);
            },
        };
        harness.Send(Get + Message);
        string head = $"HTTP/1.1 200 OK\r\n{Date}Transfer-Encoding: chunked\r\nMesos-Stream-Id: abc\r\nContent-Type: application/recordio\r\n\r\n";
        Assert.That(harness.Answers, Is.EqualTo(head));

        Write(writer!, "4\nabcd");
        Assert.That(harness.Answers, Is.EqualTo(head + "6\r\n4\nabcd\r\n"));
        Write(writer!, new string('x', 300));
        Write(writer!, string.Empty);
        string chunks = head + "6\r\n4\nabcd\r\n" + "12c\r\n" + new string('x', 300) + "\r\n";
        Assert.That(harness.Answers, Is.EqualTo(chunks));

        writer!.GetSpan(1)[0] = (byte)'!';
        writer.Advance(1);
        end.SetResult();
        Assert.That(() => harness.Answers, Is.EqualTo(chunks + "1\r\n!\r\n0\r\n\r\n" + Accepted).After(5_000, 1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_stream_learns_that_its_client_left(bool politely)
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var flushed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var harness = new InboundHarness
        {
            Handler = _ => ValueTask.FromResult(HttpResponse.Streaming("x/y", async (output, gone) =>
            {
                using CancellationTokenRegistration registration = gone.Register(left.SetResult);
                await left.Task;
                output.GetSpan(1)[0] = 1;
                output.Advance(1);
                flushed.SetResult((await output.FlushAsync(CancellationToken.None)).IsCompleted);
            })),
        };
        harness.Send(Get);
        if (politely)
        {
            harness.End();
        }
        else
        {
            harness.Vanish();
        }

        await left.Task.WaitAsync(RawClient.Patience);
        Assert.That(await flushed.Task.WaitAsync(RawClient.Patience), Is.True);
        await harness.Running.WaitAsync(RawClient.Patience);
    }

    [Test]
    public async Task A_stream_that_begins_after_its_client_left_is_told()
    {
        var answer = new TaskCompletionSource<HttpResponse>();
        var told = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var harness = new InboundHarness { Handler = _ => new ValueTask<HttpResponse>(answer.Task) };
        harness.Send(Get);
        harness.Vanish();
        answer.SetResult(HttpResponse.Streaming("x/y", (_, gone) =>
        {
            // Whether the departure is noticed before the answer comes is up to the threads.
            gone.Register(() => told.TrySetResult(true));
            return told.Task;
        }));
        Assert.That(await told.Task.WaitAsync(RawClient.Patience), Is.True);
        await harness.Running.WaitAsync(RawClient.Patience);
    }

    [Test]
    public void A_stream_that_fails_breaks_the_connection()
    {
        var harness = new InboundHarness
        {
            Handler = _ => ValueTask.FromResult(HttpResponse.Streaming("x/y", (_, _) => throw new InvalidOperationException("no"))),
        };
        harness.Send(Get);
        Assert.That(harness.IsAborted, Is.True);
        Assert.That(harness.Answers, Does.Not.Contain("\r\n0\r\n\r\n"));
    }

    [Test]
    public void A_stream_after_the_words_connection_close_goes_on_until_its_end()
    {
        var end = new TaskCompletionSource();
        PipeWriter? writer = null;
        var harness = new InboundHarness
        {
            Handler = _ => ValueTask.FromResult(HttpResponse.Streaming("x/y", (output, _) =>
            {
                writer = output;
                return end.Task;
            })),
        };
        harness.Send("POST /x HTTP/1.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}");
        Write(writer!, "one");
        Assert.That(harness.Answers, Does.EndWith("\r\n\r\n3\r\none\r\n"));
        Assert.That(harness.IsFinished, Is.False);
        end.SetResult();
        Assert.That(() => harness.Answers, Does.EndWith("3\r\none\r\n0\r\n\r\n").After(5_000, 1));
        Assert.That(() => harness.Answers is not null && harness.IsFinished, Is.True.After(5_000, 1));
    }

    [TestCase("gzip", 1024, true)]
    [TestCase("gzip", 1023, false)]
    [TestCase("gzip;q=0", 5000, false)]
    [TestCase("*", 5000, true)]
    public void Long_answers_are_packed_for_those_who_understand(string accept, int length, bool packed)
    {
        string body = new('a', length);
        HttpResponse response = HttpResponse.Ok(Encoding.ASCII.GetBytes(body), "application/json");
        response.Headers.Add("Content-Length", $"{length}");
        var harness = new InboundHarness { Handler = _ => ValueTask.FromResult(response) };
        harness.Send($"GET /x HTTP/1.1\r\nAccept-Encoding: {accept}\r\n\r\n");
        string answer = harness.Answers;
        string content = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        if (!packed)
        {
            Assert.That(answer, Is.EqualTo($"HTTP/1.1 200 OK\r\n{Date}Content-Length: {length}\r\nContent-Type: application/json\r\n\r\n{body}"));
            return;
        }

        Assert.That(answer, Does.StartWith(
            $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n{Date}Content-Length: {content.Length}\r\nContent-Type: application/json\r\n\r\n"));
        using var gzip = new GZipStream(new MemoryStream(Encoding.Latin1.GetBytes(content)), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        Assert.That(reader.ReadToEnd(), Is.EqualTo(body));
    }

    [Test]
    public void A_packed_text_answer_has_its_headers_in_the_order_of_the_original()
    {
        var harness = new InboundHarness { Handler = _ => ValueTask.FromResult(HttpResponse.Ok(new string('a', 2000))) };
        harness.Send("GET /x HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n");
        Assert.That(harness.Answers, Does.Match(
            $"^HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \\d+\r\n{Date}Content-Type: text/plain; charset=utf-8\r\n\r\n"));
    }

    [Test]
    public void What_is_packed_already_is_not_packed_again()
    {
        HttpResponse response = HttpResponse.Ok(new string('a', 2000));
        response.Headers.Add("Content-Encoding", "br");
        var harness = new InboundHarness { Handler = _ => ValueTask.FromResult(response) };
        harness.Send("GET /x HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n");
        Assert.That(harness.Answers, Does.Contain("Content-Encoding: br\r\n").And.EndWith(new string('a', 2000)));
    }

    [TestCase("3", "hel")]
    [TestCase("5", "hello")]
    [TestCase("9", "hello")]
    [TestCase("x", "hello")]
    public void A_body_is_cut_to_the_length_its_author_gave(string length, string body)
    {
        HttpResponse response = HttpResponse.Ok("hello");
        response.Headers.Add("Content-Length", length);
        var harness = new InboundHarness { Handler = _ => ValueTask.FromResult(response) };
        harness.Send(Get);
        Assert.That(harness.Answers, Does.Contain($"Content-Length: {body.Length}\r\n").And.EndWith("\r\n\r\n" + body));
    }

    [Test]
    public void The_answer_to_head_has_the_head_of_the_answer_to_get()
    {
        var harness = new InboundHarness { Handler = _ => ValueTask.FromResult(HttpResponse.Ok("hello")) };
        harness.Send("HEAD /x HTTP/1.1\r\n\r\n" + Get);
        Assert.That(harness.Answers, Is.EqualTo(Plain("hello")[..^5] + Plain("hello")));
    }

    [Test]
    public void A_file_is_sent_with_its_length()
    {
        string path = Path.GetTempFileName();
        try
        {
            byte[] content = new byte[300_000];
            new Random(1).NextBytes(content);
            File.WriteAllBytes(path, content);
            var harness = new InboundHarness { Handler = _ => ValueTask.FromResult(HttpResponse.File(path, "a/b")) };
            harness.Send(Get + Message);
            string expected = $"HTTP/1.1 200 OK\r\n{Date}Content-Length: 300000\r\nContent-Type: a/b\r\n\r\n{Encoding.Latin1.GetString(content)}{Accepted}";
            Assert.That(() => harness.Answers.Length, Is.EqualTo(expected.Length).After(10_000, 5));
            Assert.That(harness.Answers == expected, Is.True);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestCase("/nonexistent/file")]
    [TestCase("/")]
    [TestCase("/dev/null/x")]
    public void A_file_that_is_none_is_not_found(string path)
    {
        var harness = new InboundHarness { Handler = _ => ValueTask.FromResult(HttpResponse.File(path, "a/b")) };
        harness.Send(Get);
        Assert.That(harness.Answers, Does.StartWith("HTTP/1.1 404 Not Found\r\n").And.EndWith("404 Not Found."));
    }

    [Test]
    public void A_handler_that_fails_or_gives_up_answers_500()
    {
        var harness = new InboundHarness { Handler = request => new(request.Path == "/c" ? Task.FromCanceled<HttpResponse>(new(true)) : Task.FromException<HttpResponse>(new IOException("why"))) };
        harness.Send("GET /f HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\n");
        Assert.That(harness.Answers, Does.Match("^HTTP/1.1 500 Internal Server Error\r\n[^!]*\r\n\r\nwhyHTTP/1.1 500 [^!]*\r\n\r\ndiscarded future$"));
    }

    [Test]
    public void A_handler_can_close_the_connection_and_what_follows_is_not_answered()
    {
        HttpResponse response = HttpResponse.Ok("bye");
        response.Headers.Add("Connection", "close");
        var harness = new InboundHarness { Handler = _ => ValueTask.FromResult(response) };
        harness.Send(Get + Message);
        Assert.That(() => harness.Answers is not null && harness.IsFinished, Is.True.After(5_000, 1));
        Assert.That(harness.Answers, Does.Contain("Connection: close\r\n").And.EndWith("bye"));
    }

    [Test]
    public void A_line_end_in_a_header_does_not_start_another_header()
    {
        HttpResponse response = HttpResponse.TemporaryRedirect("/x\r\nSet-Cookie: y");
        var harness = new InboundHarness { Handler = _ => ValueTask.FromResult(response) };
        harness.Send(Get);
        Assert.That(harness.Answers, Does.Contain("\r\nLocation: /x  Set-Cookie: y\r\n"));
    }

    private static void Write(PipeWriter writer, string text)
    {
        Encoding.ASCII.GetBytes(text, writer);
        Assert.That(writer.FlushAsync().AsTask().Wait(RawClient.Patience), Is.True);
    }
}
