using System.Buffers;
using System.Text;
using LibProcess.Http;
using LibProcess.Metrics;
using LibProcess.Net;
using LibProcess.Processes;
using LibProcess.Testing;

namespace LibProcess.Tests.Net;

/// <summary>Clients that take too long, and those that may. Time is the node's.</summary>
public class HttpTimeoutTests
{
    private const string Message = "POST /p/m HTTP/1.1\r\nLibprocess-From: a@1.2.3.4:5\r\nConnection: Keep-Alive\r\n\r\n";

    private static TestNode Start(HttpTimeouts? timeouts = null)
    {
        var node = new TestNode(configure: options => options with { Timeouts = timeouts ?? new HttpTimeouts() });
        node.Spawn(new Pages(node.Manager));
        return node;
    }

    private static long Count(TestNode node, string reason) => node.Manager.Metrics.InOrder().OfType<Counter>()
        .Single(counter => counter.Name == $"libprocess/connections_timed_out/{reason}").Value;

    /// <summary>Time passes until the connection is cut for the reason, and no earlier than the limit.</summary>
    private static async Task PassAsync(TestNode node, string reason, TimeSpan step, Func<Task>? meanwhile = null)
    {
        for (int i = 0; i < 2000 && Count(node, reason) == 0; i++)
        {
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
            await Task.Delay(2);
            node.Clock.Advance(step);
        }

        Assert.That(Count(node, reason), Is.EqualTo(1), reason);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_head_must_arrive_in_time()
    {
        await using TestNode node = Start();
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("GET /p/x HTTP/1.1\r\nX: ");
        await PassAsync(node, "head", TimeSpan.FromSeconds(5));
        Assert.That(await client.ReadToEndAsync(), Is.Empty);
        Assert.That(node.Clock.GetTimestamp(), Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(30).Ticks));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_head_that_drips_is_cut_all_the_same()
    {
        await using TestNode node = Start();
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("GET /p/x HTTP/1.1\r\nX: ");
        await PassAsync(node, "head", TimeSpan.FromSeconds(1), () => client.SendAsync("y"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_body_must_go_on_arriving()
    {
        await using TestNode node = Start();
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("POST /p/x HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
        await PassAsync(node, "body", TimeSpan.FromSeconds(5));
        Assert.That(await client.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_body_must_not_be_too_slow()
    {
        await using TestNode node = Start(HttpTimeouts.None with { BodyStall = TimeSpan.FromMinutes(10), MinBodyBytesPerSecond = 10 });
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("POST /p/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
        await PassAsync(node, "body", TimeSpan.FromSeconds(60), () => client.SendAsync("1\r\nx\r\n"));
    }

    [TestCase("GET", true)]
    [TestCase("HEAD", true)]
    [TestCase("POST", false, TestName = "clients of the v1 APIs keep a connection for their calls")]
    [CancelAfter(30_000)]
    public async Task An_idle_connection_is_closed_unless_it_made_a_call(string method, bool closes)
    {
        await using TestNode node = Start();
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync($"{method} /p/none HTTP/1.1\r\n\r\n");
        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 200"));
        if (closes)
        {
            await PassAsync(node, "idle", TimeSpan.FromSeconds(30));
            Assert.That(await client.ReadAnswerAsync(), Is.Null, "closed in order, not reset");
            return;
        }

        node.Clock.Advance(TimeSpan.FromDays(1));
        await client.SendAsync("GET /p/x HTTP/1.1\r\n\r\n");
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("x"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Calls_may_be_given_a_limit_on_idleness_too()
    {
        await using TestNode node = Start(HttpTimeouts.None with { IdleAfterCall = TimeSpan.FromHours(1) });
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("POST /p/x HTTP/1.1\r\n\r\n");
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("x"));
        await PassAsync(node, "idle", TimeSpan.FromMinutes(20));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_reader_of_answers_that_takes_nothing_is_cut()
    {
        await using TestNode node = Start();
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("GET /p/big HTTP/1.1\r\n\r\n");
        await PassAsync(node, "answer", TimeSpan.FromSeconds(10));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_reader_of_a_stream_that_takes_nothing_is_cut_and_its_author_told()
    {
        await using TestNode node = Start();
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("GET /p/stream HTTP/1.1\r\n\r\n");
        await PassAsync(node, "answer", TimeSpan.FromSeconds(10));
        Pages pages = (Pages)node.Manager.Processes.Single(process => process.Self.Id == "p");
        await pages.StreamEnded.Task.WaitAsync(RawClient.Patience);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_reader_that_is_slow_but_goes_on_is_not_cut()
    {
        await using TestNode node = Start();
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("GET /p/stream HTTP/1.1\r\n\r\n");
        await client.ReadHeadAsync();
        for (int i = 0; i < 400; i++)
        {
            Assert.That(await client.ReadChunkAsync(), Has.Length.GreaterThan(100_000));
            node.Clock.Advance(TimeSpan.FromMilliseconds(250));
        }

        Assert.That(Count(node, "answer"), Is.Zero);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_connection_that_carried_a_message_may_be_slow_and_idle_for_ever()
    {
        await using TestNode node = Start(HttpTimeouts.None with
        {
            FirstByte = TimeSpan.FromSeconds(30),
            Head = TimeSpan.FromSeconds(30),
            Idle = TimeSpan.FromSeconds(30),
            IdleAfterCall = TimeSpan.FromSeconds(30),
            BodyStall = TimeSpan.FromSeconds(30),
            AnswerStall = TimeSpan.FromSeconds(30),
        });
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        foreach (string part in (string[])[Message, "GET /p/x HT", "TP/1.1\r\n\r\n", "POST /p/m HTTP/1.1\r\nLibprocess-From: a@1.2.3.4:5\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", "c\r\n0\r\n\r\n"])
        {
            await client.SendAsync(part);
            if (part == Message)
            {
                Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 202"));
            }

            await Task.Delay(20);
            node.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("x"));
        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 202"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_link_that_has_said_nothing_yet_is_left_alone_unless_a_limit_is_set()
    {
        await using TestNode node = Start();
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await Task.Delay(20);
        node.Clock.Advance(TimeSpan.FromDays(10));
        await client.SendAsync(Message);
        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 202"));

        await using TestNode strict = Start(HttpTimeouts.None with { FirstByte = TimeSpan.FromSeconds(5) });
        using RawClient silent = await RawClient.ConnectAsync(strict.Manager.Address);
        await PassAsync(strict, "first_byte", TimeSpan.FromSeconds(1));
        Assert.That(await silent.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_handler_may_take_its_time_and_a_stream_may_pause()
    {
        await using TestNode node = Start();
        using RawClient slow = await RawClient.ConnectAsync(node.Manager.Address);
        await slow.SendAsync("GET /p/hour HTTP/1.1\r\n\r\n");
        using RawClient streaming = await RawClient.ConnectAsync(node.Manager.Address);
        await streaming.SendAsync("POST /p/in HTTP/1.1\r\nContent-Length: 4\r\n\r\nab");
        using RawClient subscribed = await RawClient.ConnectAsync(node.Manager.Address);
        await subscribed.SendAsync("GET /p/pause HTTP/1.1\r\n\r\n");
        await subscribed.ReadHeadAsync();
        Pages pages = (Pages)node.Manager.Processes.Single(process => process.Self.Id == "p");
        Assert.That(() => pages.Slow && pages.Streaming, Is.True.After(20_000, 5));

        for (int i = 0; i < 13; i++)
        {
            await node.AdvanceAsync(TimeSpan.FromMinutes(5));
        }

        await streaming.SendAsync("cd");
        Assert.That(await slow.ReadAnswerAsync(), Does.EndWith("late"));
        Assert.That(await streaming.ReadAnswerAsync(), Does.EndWith("4"));
        pages.Resume.TrySetResult();
        Assert.That(await subscribed.ReadChunkAsync(), Is.EqualTo("2\r\nhi\r\n"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_node_has_so_many_connections_and_no_more()
    {
        await using var node = new TestNode(configure: options => options with { Limits = new WireLimits { MaxConnections = 1 } });
        node.Spawn(new Pages(node.Manager));
        using RawClient first = await RawClient.ConnectAsync(node.Manager.Address);
        await first.SendAsync("GET /p/x HTTP/1.1\r\n\r\n");
        Assert.That(await first.ReadAnswerAsync(), Does.EndWith("x"));
        using RawClient second = await RawClient.ConnectAsync(node.Manager.Address);
        Assert.That(await second.ReadToEndAsync(), Is.Empty);
        Counter refused = node.Manager.Metrics.InOrder().OfType<Counter>().Single(counter => counter.Name == "libprocess/connections_refused");
        Assert.That(refused.Value, Is.EqualTo(1));
        await first.SendAsync("GET /p/x HTTP/1.1\r\n\r\n");
        Assert.That(await first.ReadAnswerAsync(), Does.EndWith("x"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task An_address_may_have_so_many_connections_and_no_more()
    {
        await using var node = new TestNode(configure: options => options with { Limits = new WireLimits { MaxConnectionsPerAddress = 2 } });
        node.Spawn(new Pages(node.Manager));
        RawClient first = await RawClient.ConnectAsync(node.Manager.Address);
        using RawClient second = await RawClient.ConnectAsync(node.Manager.Address);
        foreach (RawClient client in (RawClient[])[first, second])
        {
            await client.SendAsync("GET /p/x HTTP/1.1\r\n\r\n");
            Assert.That(await client.ReadAnswerAsync(), Does.EndWith("x"));
        }

        using RawClient third = await RawClient.ConnectAsync(node.Manager.Address);
        Assert.That(await third.ReadToEndAsync(), Is.Empty);
        Counter refused = node.Manager.Metrics.InOrder().OfType<Counter>().Single(counter => counter.Name == "libprocess/connections_refused_per_address");
        Assert.That(refused.Value, Is.EqualTo(1));

        // Once one has left there is room again.
        first.Dispose();
        for (int i = 0; i < 200; i++)
        {
            using RawClient next = await RawClient.ConnectAsync(node.Manager.Address);
            try
            {
                await next.SendAsync("GET /p/x HTTP/1.1\r\n\r\n");
                if (await next.ReadAnswerAsync() is { } answer)
                {
                    Assert.That(answer, Does.EndWith("x"));
                    return;
                }
            }
            catch (System.Net.Sockets.SocketException)
            {
                // Refused in the middle of it.
            }

            await Task.Delay(20);
        }

        Assert.Fail("no room");
    }

    private sealed class Pages(ProcessManager manager) : ProcessBase(manager, "p")
    {
        public TaskCompletionSource StreamEnded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Resume { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Slow { get; private set; }

        public bool Streaming { get; private set; }

        protected override void Initialize()
        {
            Install("m", static (_, _) => { });
            Route("/x", null, _ => HttpResponse.Ok("x"));
            Route("/none", null, _ => HttpResponse.Ok());
            Route("/big", null, _ => HttpResponse.Ok(new byte[50_000_000], "x/y"));
            Route("/hour", null, async _ =>
            {
                Slow = true;
                await DelayAsync(TimeSpan.FromHours(1));
                return HttpResponse.Ok("late");
            });
            Route("/in", null, new RouteOptions { StreamsRequest = true }, async request =>
            {
                Streaming = true;
                long length = 0;
                while (true)
                {
                    System.IO.Pipelines.ReadResult result = await request.BodyPipe!.ReadAsync();
                    length += result.Buffer.Length;
                    request.BodyPipe.AdvanceTo(result.Buffer.End);
                    if (result.IsCompleted)
                    {
                        return HttpResponse.Ok($"{length}");
                    }
                }
            });
            Route("/pause", null, _ => HttpResponse.Streaming("x/y", async (output, gone) =>
            {
                await Resume.Task.WaitAsync(gone);
                output.Write("hi"u8);
                await output.FlushAsync(gone);
            }));
            Route("/stream", null, _ => HttpResponse.Streaming("x/y", async (output, _) =>
            {
                do
                {
                    output.Write(Encoding.ASCII.GetBytes(new string('x', 100_000)));
                }
                while (!(await output.FlushAsync(CancellationToken.None)).IsCompleted);

                StreamEnded.TrySetResult();
            }));
        }
    }
}
