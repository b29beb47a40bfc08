using System.Text;
using LibProcess.Addressing;
using LibProcess.Http;
using LibProcess.Net;
using LibProcess.Processes;

namespace LibProcess.Tests.Net;

public class InboundConnectionTests
{
    [TestCase("GET / HTTP/1.1\nHost: x\n\n", TestName = "bare line feed")]
    [TestCase("GET / HTTP/1.1\r\nHost: x\n\r\n", TestName = "bare line feed in a header")]
    [TestCase("GET / HTTP/1.1\r\n\n", TestName = "bare line feed at the end")]
    [TestCase("\nGET / HTTP/1.1\r\n\r\n", TestName = "bare line feed at the start")]
    [TestCase("GET / HTTP/1.1\r\nHost : x\r\n\r\n", TestName = "blank before the colon")]
    [TestCase("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", TestName = "folded header")]
    [TestCase("GET / HTTP/2.0\r\n\r\n", TestName = "version 2")]
    [TestCase("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", TestName = "preface of version 2")]
    [TestCase("POST /P/m HTTP/1.1\r\nLibprocess-From: a@1.2.3.4:5\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", TestName = "framed twice")]
    [TestCase("GET /?x=%zz HTTP/1.1\r\n\r\n", TestName = "bad escape in the query")]
    public void A_broken_head_closes_without_a_byte_after_the_answers_before_it(string head)
    {
        var harness = new InboundHarness();
        harness.Send("GET /before HTTP/1.1\r\n\r\n" + head + "GET /after HTTP/1.1\r\n\r\n");
        Assert.That(() => harness.Answers is not null && harness.IsFinished, Is.True.After(5_000, 1));
        Assert.That(harness.Answers.Split("HTTP/1.1 200 OK"), Has.Length.EqualTo(2));
        Assert.That(harness.Requests.Select(r => r.Path), Is.EqualTo(new[] { "/before" }));
        Assert.That(harness.Metrics.SnapshotAsync().Result.Single(m => m.Key == "libprocess/decode_errors").Value, Is.EqualTo(1));
    }

    [TestCase(80 * 1024, true)]
    [TestCase((80 * 1024) + 1, false)]
    [TestCase(90 * 1024, false)]
    public void A_head_has_a_limit(int size, bool isServed)
    {
        const string start = "GET / HTTP/1.1\r\nX: ";
        var harness = new InboundHarness();
        harness.Send(start + new string('a', size - start.Length - 4) + "\r\n\r\n");
        Assert.That(harness.Answers.Length > 0, Is.EqualTo(isServed));
        Assert.That(() => harness.Answers is not null && harness.IsFinished, Is.EqualTo(!isServed).After(isServed ? 1 : 5_000, 1));
    }

    [TestCase("Content-Length: 101\r\n\r\n")]
    [TestCase("Content-Length: 9223372036854775807\r\n\r\n")]
    [TestCase("Transfer-Encoding: chunked\r\n\r\n65\r\n")]
    public void A_body_beyond_the_limit_is_refused_and_the_connection_closed(string rest)
    {
        var harness = new InboundHarness(new ProcessManagerOptions { Limits = new WireLimits { MaxBodyBytes = 100 } });
        harness.Send("POST /P/m HTTP/1.1\r\nLibprocess-From: a@1.2.3.4:5\r\n" + rest);
        Assert.That(() => harness.Answers is not null && harness.IsFinished, Is.True.After(5_000, 1));
        Assert.That(harness.Answers, Does.StartWith("HTTP/1.1 413 Request Entity Too Large\r\n"));
        Assert.That(harness.Delivered, Is.Empty);
    }

    [Test]
    public void A_body_with_a_trailer_is_refused_and_the_next_request_served()
    {
        var harness = new InboundHarness();
        harness.Send("POST /P/m HTTP/1.1\r\nLibprocess-From: a@1.2.3.4:5\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n"
            + "GET /after HTTP/1.1\r\n\r\n");
        Assert.That(harness.Delivered, Is.Empty);
        Assert.That(harness.Answers, Does.Match("^HTTP/1.1 500 [^!]*\r\n\r\nfailed to decode bodyHTTP/1.1 200 OK"));
    }

    [Test]
    public void A_body_whose_end_cannot_be_known_is_refused_and_the_connection_closed()
    {
        var harness = new InboundHarness();
        harness.Send("POST /P/m HTTP/1.1\r\nLibprocess-From: a@1.2.3.4:5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nGET / HTTP/1.1\r\n\r\n");
        Assert.That(() => harness.Answers is not null && harness.IsFinished, Is.True.After(5_000, 1));
        Assert.That(harness.Answers, Does.StartWith("HTTP/1.1 500 ").And.EndWith("failed to decode body"));
        Assert.That(harness.Requests, Is.Empty);
    }

    [Test]
    public void Senders_of_version_1_0_are_served_like_others()
    {
        var harness = new InboundHarness();
        harness.Send("POST /master/mesos.internal.X HTTP/1.0\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\nLibprocess-From: s@1.2.3.4:5\r\n\r\nab"
            + "POST /master/mesos.internal.Y HTTP/1.0\r\nUser-Agent: libprocess/scheduler@1.2.3.4:5\r\nConnection: Keep-Alive\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n2\r\ncd\r\n0\r\n\r\n"
            + "POST /master/mesos.internal.Z HTTP/1.0\r\nUser-Agent: libprocess/scheduler@1.2.3.4:5\r\nConnection: Keep-Alive\r\n\r\n");
        Assert.That(harness.Delivered, Is.EqualTo(new[]
        {
            ("s@1.2.3.4:5", "master", "mesos.internal.X", "ab"),
            ("scheduler@1.2.3.4:5", "master", "mesos.internal.Y", "cd"),
            ("scheduler@1.2.3.4:5", "master", "mesos.internal.Z", ""),
        }));
        Assert.That(harness.Answers.Split("HTTP/1.1 202 Accepted\r\n"), Has.Length.EqualTo(4));
        Assert.That(harness.IsFinished, Is.False);
    }

    [Test]
    public void A_message_of_version_1_0_without_keep_alive_is_the_last()
    {
        var harness = new InboundHarness();
        harness.Send("POST /P/m HTTP/1.0\r\nLibprocess-From: s@1.2.3.4:5\r\n\r\nPOST /P/m HTTP/1.0\r\nLibprocess-From: s@1.2.3.4:5\r\n\r\n");
        Assert.That(() => harness.Answers is not null && harness.IsFinished, Is.True.After(5_000, 1));
        Assert.That(harness.Delivered, Has.Count.EqualTo(1));
        Assert.That(harness.Answers, Does.StartWith("HTTP/1.1 202 Accepted\r\n"));
    }

    [TestCase("/P/m", "P", "m")]
    [TestCase("/P", "P", "")]
    [TestCase("/P/", "P", "")]
    [TestCase("/P/a/b/c", "P", "a/b/c")]
    [TestCase("/P/a%20b?x=1#y", "P", "a%20b")]
    [TestCase("/slave(1)/m", "slave(1)", "m")]
    [TestCase("/slave%281%29/m", "slave(1)", "m")]
    public void The_path_names_receiver_and_message(string path, string to, string name)
    {
        var harness = new InboundHarness();
        harness.Send($"POST {path} HTTP/1.1\r\nLibprocess-From: s@1.2.3.4:5\r\n\r\n");
        Assert.That(harness.Delivered, Is.EqualTo(new[] { ("s@1.2.3.4:5", to, name, "") }));
    }

    [Test]
    public void A_path_that_cannot_be_decoded_is_answered_500()
    {
        var harness = new InboundHarness();
        harness.Send("POST /%zz/m HTTP/1.1\r\nLibprocess-From: s@1.2.3.4:5\r\n\r\n");
        Assert.That(harness.Answers, Does.StartWith("HTTP/1.1 500 ").And.EndWith("Failed to decode URL path: Malformed % escape in '%zz': '%zz'"));
    }

    [TestCase("not-a-upid")]
    [TestCase("a@127.0.0.1")]
    [TestCase("a@:1")]
    [TestCase("a@nowhere.example:1")]
    [TestCase("a@1.2.3.4:99999")]
    [TestCase("")]
    public void A_sender_that_cannot_be_understood_counts_as_nobody(string sender)
    {
        var harness = new InboundHarness();
        for (int i = 0; i < 2; i++)
        {
            harness.Send($"POST /P/m HTTP/1.1\r\nLibprocess-From: {sender}\r\n\r\n");
        }

        Assert.That(harness.Delivered, Is.EqualTo(new[] { ("@0.0.0.0:0", "P", "m", ""), ("@0.0.0.0:0", "P", "m", "") }));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_sender_may_give_its_host_name_and_order_is_kept_while_it_is_looked_up(bool atOnce)
    {
        var harness = new InboundHarness { ResolveAtOnce = atOnce };
        const string named = "POST /P/m HTTP/1.1\r\nUser-Agent: libprocess/scheduler@localhost:41000\r\nConnection: Keep-Alive\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n";
        harness.Send(named + "POST /P/second HTTP/1.1\r\nLibprocess-From: s@1.2.3.4:5\r\n\r\n" + named);
        Assert.That(() => harness.Delivered.Count, Is.EqualTo(3).After(5_000, 1));
        Assert.That(harness.Delivered, Is.EqualTo(new[]
        {
            ("scheduler@127.0.0.1:41000", "P", "m", "x"),
            ("s@1.2.3.4:5", "P", "second", ""),
            ("scheduler@127.0.0.1:41000", "P", "m", "x"),
        }));
        Assert.That(harness.Lookups, Is.EqualTo(1));
    }

    [Test]
    public void The_address_of_a_sender_can_be_checked()
    {
        var harness = new InboundHarness(new ProcessManagerOptions { RequirePeerAddressMatch = true });
        harness.Send("POST /P/m HTTP/1.1\r\nLibprocess-From: s@127.0.0.1:5\r\n\r\nPOST /P/m HTTP/1.1\r\nLibprocess-From: s@1.2.3.4:5\r\n\r\n");
        Assert.That(harness.Delivered, Has.Count.EqualTo(1));
        Assert.That(harness.Answers, Does.Match(
            "^HTTP/1.1 202 [^!]*HTTP/1.1 400 Bad Request\r\n[^!]*UPID IP address validation failed: Message from s@1.2.3.4:5 was sent from IP 127.0.0.1"));
    }

    [Test]
    public void Bodies_may_be_packed()
    {
        string body = new('x', 5000);
        byte[] packed = GzipCoding.Compress(Encoding.ASCII.GetBytes(body));
        var harness = new InboundHarness();
        harness.Send($"POST /P/m HTTP/1.1\r\nLibprocess-From: s@1.2.3.4:5\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n");
        harness.Send(packed);
        harness.Send($"PUT /x HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n");
        harness.Send(packed);
        Assert.That(harness.Delivered.Single().Body, Is.EqualTo(body));
        Assert.That(Encoding.ASCII.GetString(harness.Requests.Single().Body.Span), Is.EqualTo(body));
    }

    [Test]
    public void A_packed_body_that_is_none_or_too_long_is_refused()
    {
        byte[] packed = GzipCoding.Compress(new byte[5000]);
        var harness = new InboundHarness(new ProcessManagerOptions { Limits = new WireLimits { MaxBodyBytes = 4999 } });
        harness.Send($"POST /P/m HTTP/1.1\r\nLibprocess-From: s@1.2.3.4:5\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n");
        harness.Send(packed);
        harness.Send("POST /P/m HTTP/1.1\r\nLibprocess-From: s@1.2.3.4:5\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc");
        Assert.That(harness.Delivered, Is.Empty);
        Assert.That(harness.Answers, Does.Match("^HTTP/1.1 413 [^!]*HTTP/1.1 500 [^!]*failed to decode body$"));
    }

    [Test]
    public void A_long_body_in_pieces_arrives_whole()
    {
        var random = new Random(1);
        var bytes = new byte[700_000];
        random.NextBytes(bytes);
        string body = Encoding.Latin1.GetString(bytes);
        var harness = new InboundHarness();
        foreach (string head in new[] { $"Content-Length: {body.Length}\r\n\r\n{body}", $"Transfer-Encoding: chunked\r\n\r\n{body.Length:X}\r\n{body}\r\n0\r\n\r\n" })
        {
            string request = "POST /P/m HTTP/1.1\r\nLibprocess-From: s@1.2.3.4:5\r\n" + head;
            for (int at = 0; at < request.Length;)
            {
                int size = Math.Min(random.Next(1, 100_000), request.Length - at);
                harness.Send(request.Substring(at, size));
                at += size;
            }
        }

        Assert.That(harness.Delivered, Has.Count.EqualTo(2));
        Assert.That(harness.Delivered.All(d => d.Body == body), Is.True);
    }

    [Test]
    public void An_answer_to_expect_continue_is_the_final_one()
    {
        var harness = new InboundHarness();
        harness.Send("POST /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
        Assert.That(harness.Answers, Is.Empty);
        harness.Send("ab");
        Assert.That(harness.Answers, Does.StartWith("HTTP/1.1 200 OK\r\n"));
    }

    [Test]
    public async Task The_handler_of_a_request_learns_that_its_client_left()
    {
        var harness = new InboundHarness { Handler = _ => new(new TaskCompletionSource<HttpResponse>().Task) };
        harness.Send("GET /x HTTP/1.1\r\n\r\n");
        CancellationToken aborted = harness.Requests.Single().Aborted;
        Assert.That(aborted.IsCancellationRequested, Is.False);
        harness.End();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = aborted.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(RawClient.Patience);
    }

    [Test]
    public void A_client_that_closes_its_side_still_gets_its_answers()
    {
        var answer = new TaskCompletionSource<HttpResponse>();
        var harness = new InboundHarness { Handler = _ => new(answer.Task) };
        harness.Send("GET /x HTTP/1.1\r\n\r\n");
        harness.End();
        answer.SetResult(HttpResponse.Ok("late"));
        Assert.That(() => harness.Answers, Does.EndWith("late").After(5_000, 1));
    }
}
