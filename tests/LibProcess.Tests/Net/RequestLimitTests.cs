using System.Buffers;
using System.IO.Compression;
using System.Text;
using LibProcess.Http;
using LibProcess.Metrics;
using LibProcess.Net;
using LibProcess.Processes;
using LibProcess.Testing;

namespace LibProcess.Tests.Net;

/// <summary>More than a client may send: each is refused in its way, and counted.</summary>
public class RequestLimitTests
{
    private static readonly ProcessManagerOptions Small = new()
    {
        Limits = new WireLimits { MaxRequestLineBytes = 100, MaxHeaders = 5, MaxHeadBytes = 1000, MaxBodyBytes = 5000, MaxRequestBodyBytes = 50 },
    };

    private static long Count(InboundHarness harness, string name) => harness.Metrics.InOrder().OfType<Counter>()
        .Single(counter => counter.Name == "libprocess/" + name).Value;

    [TestCase(100, true)]
    [TestCase(101, false)]
    public void A_first_line_that_is_too_long_is_answered_414_and_closed(int length, bool isServed)
    {
        var harness = new InboundHarness(Small);
        harness.Send($"GET /{new string('x', length - 14)} HTTP/1.1\r\n\r\n");
        Assert.That(harness.Answers, Does.StartWith(isServed ? "HTTP/1.1 200" : "HTTP/1.1 414 Request-URI Too Large\r\n"));
        Assert.That(harness.IsFinished, Is.Not.EqualTo(isServed));
        Assert.That(Count(harness, "requests_refused/head"), Is.EqualTo(isServed ? 0 : 1));
    }

    [TestCase(5, true)]
    [TestCase(6, false)]
    public void Too_many_headers_are_answered_400_and_closed(int headers, bool isServed)
    {
        var harness = new InboundHarness(Small);
        harness.Send($"GET / HTTP/1.1\r\n{string.Concat(Enumerable.Repeat("a:b\r\n", headers))}\r\n");
        Assert.That(harness.Answers, Does.StartWith(isServed ? "HTTP/1.1 200" : "HTTP/1.1 400"));
        Assert.That(harness.IsFinished, Is.Not.EqualTo(isServed));
        Assert.That(Count(harness, "requests_refused/head"), Is.EqualTo(isServed ? 0 : 1));
    }

    [Test]
    public void A_head_that_is_too_long_closes_the_connection_without_an_answer()
    {
        var harness = new InboundHarness(Small);
        harness.Send($"GET / HTTP/1.1\r\nX: {new string('x', 1000)}");
        Assert.That(harness.Answers, Is.Empty);
        Assert.That(harness.IsFinished, Is.True);
        Assert.That(Count(harness, "requests_refused/head"), Is.EqualTo(1));
    }

    [TestCase(null, 50, true)]
    [TestCase(null, 51, false)]
    [TestCase(10L, 10, true)]
    [TestCase(10L, 11, false)]
    [TestCase(70L, 70, true)]
    [TestCase(70L, 71, false)]
    public void A_body_beyond_the_limit_of_its_route_is_answered_413_before_it_arrives(long? limit, int length, bool isServed)
    {
        foreach (bool chunked in (bool[])[false, true])
        {
            var harness = new InboundHarness(Small) { Route = new RouteOptions { MaxBodyBytes = limit } };
            harness.Send($"POST /x HTTP/1.1\r\n{(chunked ? "Transfer-Encoding: chunked" : $"Content-Length: {length}")}\r\n\r\n");
            harness.Send(chunked ? $"{length:x}\r\n" : string.Empty);
            if (!isServed)
            {
                Assert.That(harness.Answers, Does.StartWith("HTTP/1.1 413 Request Entity Too Large\r\n").And.EndWith("413 Request Entity Too Large."));
                Assert.That(harness.IsFinished, Is.True);
                Assert.That(Count(harness, "requests_refused/body"), Is.EqualTo(1));
                continue;
            }

            harness.Send(new string('x', length) + (chunked ? "\r\n0\r\n\r\n" : string.Empty));
            Assert.That(harness.Requests.Single().Body.Length, Is.EqualTo(length));
        }
    }

    [Test]
    public void The_limit_of_messages_is_their_own()
    {
        var harness = new InboundHarness(Small);
        const string Head = "POST /P/m HTTP/1.1\r\nLibprocess-From: a@1.2.3.4:5\r\nTransfer-Encoding: chunked\r\n\r\n";
        harness.Send($"{Head}1388\r\n{new string('x', 5000)}\r\n0\r\n\r\n");
        Assert.That(harness.Delivered.Single().Body, Has.Length.EqualTo(5000));
        harness.Send($"{Head}1389\r\n");
        Assert.That(harness.Answers, Does.Contain("HTTP/1.1 413"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_body_that_came_before_its_route_was_there_has_the_limit_of_the_route()
    {
        await using var node = new TestNode();
        var open = new TaskCompletionSource();
        node.Spawn(new Late(node.Manager, open.Task));
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("POST /late/x HTTP/1.1\r\nContent-Length: 11\r\n\r\nhello world");
        await Task.Delay(50);
        open.SetResult();
        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 413"));
    }

    [Test]
    public void A_body_that_grows_too_much_when_inflated_is_answered_413()
    {
        byte[] bomb = Pack(new byte[20_000_000]);
        Assert.That(bomb, Has.Length.LessThan(100_000));
        byte[] honest = Pack(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 300_000))));
        var harness = new InboundHarness();
        foreach ((byte[] body, int total) in ((byte[], int)[])[(bomb, 1), (honest, 1), (Pack(new byte[1_000_000]), 1)])
        {
            harness.Send($"POST /x HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: {body.Length}\r\n\r\n");
            harness.Send(body);
            Assert.That(Count(harness, "requests_refused/inflation"), Is.EqualTo(total));
        }

        Assert.That(harness.Answers, Does.StartWith("HTTP/1.1 413").And.Contain("HTTP/1.1 200"), "the connection goes on");
        Assert.That(harness.Requests, Has.Count.EqualTo(2));

        var absolute = new InboundHarness(Small) { Route = new RouteOptions { MaxBodyBytes = 1000 } };
        byte[] small = Pack(new byte[1001]);
        absolute.Send($"POST /x HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: {small.Length}\r\n\r\n");
        absolute.Send(small);
        Assert.That(absolute.Answers, Does.StartWith("HTTP/1.1 413"));
    }

    private static byte[] Pack(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(body);
        }

        return packed.ToArray();
    }

    private sealed class Late(ProcessManager manager, Task open) : ProcessBase(manager, "late")
    {
        protected override void Initialize()
        {
            // Holds the thread up, not the process: the request comes before there is a route.
            ((IAsyncResult)open).AsyncWaitHandle.WaitOne();
            Route("/x", null, new RouteOptions { MaxBodyBytes = 10 }, _ => HttpResponse.Ok());
        }
    }
}
