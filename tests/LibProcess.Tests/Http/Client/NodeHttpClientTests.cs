using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using LibProcess.Addressing;
using LibProcess.Http;
using LibProcess.Http.Client;
using LibProcess.Http.RecordIo;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Net;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Http.Client;

/// <summary>Requests from one node to another, over sockets.</summary>
[CancelAfter(60_000)]
public sealed class NodeHttpClientTests
{
    private TestNode client = null!;
    private TestNode server = null!;
    private Server process = null!;

    [SetUp]
    public void StartNodes()
    {
        client = new TestNode();
        server = new TestNode();
        process = server.Spawn(new Server(server.Manager));
    }

    [TearDown]
    public async Task StopNodes()
    {
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Test]
    public async Task One_request_needs_one_line()
    {
        ClientResponse got = await client.Manager.Http.GetAsync(HttpUrl.Of(process.Self, "echo").Query("q", "a b"));
        Assert.That((got.Status, got.Text, got.Headers["Content-Type"]), Is.EqualTo((200, "GET a b ", "text/plain; charset=utf-8")));
        ClientResponse posted = await client.Manager.Http.PostAsync(HttpUrl.Of(process.Self, "echo").Query("q", ""), "body"u8.ToArray(), "text/plain");
        Assert.That(posted.Text, Is.EqualTo("POST  body"));
        Assert.That((await client.Manager.Http.DeleteAsync(HttpUrl.Of(process.Self, "nosuch"))).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task An_await_inside_a_process_resumes_in_it()
    {
        Probe probe = client.Spawn(new Probe(client.Manager, "probe"));
        HttpUrl url = HttpUrl.Of(process.Self, "stream");
        bool inside = await probe.CallAsync(async () =>
        {
            bool all = probe.OnProcess;
            await using HttpConnection connection = await client.Manager.Http.ConnectAsync(url);
            all &= probe.OnProcess;
            await connection.SendAsync(new ClientRequest());
            all &= probe.OnProcess;
            await using StreamedResponse stream = await connection.OpenAsync(new ClientRequest
            {
                Method = "POST",
                Stream = async (body, over) =>
                {
                    await body.WriteAsync(new byte[1_000_000], over);
                    all &= probe.OnProcess;
                },
            });
            all &= probe.OnProcess;
            await foreach (byte[] _ in new RecordIoReader(stream.Body).ReadAllAsync())
            {
                all &= probe.OnProcess;
            }

            await connection.DisposeAsync();
            return all & probe.OnProcess;
        });
        Assert.That(inside, Is.True);
    }

    [Test]
    public async Task Records_are_streamed_from_node_to_node_under_back_pressure()
    {
        await using StreamedResponse stream = await client.Manager.Http.OpenAsync(HttpUrl.Of(process.Self, "stream").Query("n", "20000"), new ClientRequest());
        int count = 0;
        await foreach (byte[] record in new RecordIoReader(stream.Body).ReadAllAsync())
        {
            Assert.That(Encoding.ASCII.GetString(record), Is.EqualTo($"record {count++}"));
        }

        Assert.That(count, Is.EqualTo(20_000));
    }

    [Test]
    public async Task A_hundred_requests_under_way_at_once_are_answered_in_order()
    {
        await using HttpConnection connection = await client.Manager.Http.ConnectAsync(HttpUrl.Of(process.Self));
        Task<ClientResponse>[] answers =
        [
            .. Enumerable.Range(0, 100).Select(i => connection.SendAsync(new ClientRequest
            {
                Method = i % 2 == 0 ? "GET" : "POST",
                Target = $"/server/echo?q={i}",
                Body = Encoding.ASCII.GetBytes(i % 2 == 0 ? "" : new string('x', i * 1000)),
            })),
        ];
        for (int i = 0; i < answers.Length; i++)
        {
            Assert.That((await answers[i]).Text, Does.StartWith($"{(i % 2 == 0 ? "GET" : "POST")} {i} "));
        }
    }

    [Test]
    public async Task The_end_of_a_server_is_noticed()
    {
        await using HttpConnection connection = await client.Manager.Http.ConnectAsync(HttpUrl.Of(process.Self));
        Assert.That((await connection.SendAsync(new ClientRequest { Target = "/server/echo?q=" })).Status, Is.EqualTo(200));
        Assert.That(connection.Disconnected.IsCompleted, Is.False);
        await server.DisposeAsync();
        await connection.Disconnected.WaitAsync(RawClient.Patience);
        Assert.That(async () => await connection.SendAsync(new ClientRequest()), Throws.InstanceOf<HttpClientException>());
    }

    [Test]
    public async Task The_end_of_the_client_closes_its_connections()
    {
        HttpConnection connection = await client.Manager.Http.ConnectAsync(HttpUrl.Of(process.Self));
        Task<ClientResponse> waiting = connection.SendAsync(new ClientRequest { Target = "/server/never" });
        await client.DisposeAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<HttpClientException>());
        Assert.That(connection.Disconnected.IsCompleted, Is.True);
        HttpConnection late = await client.Manager.Http.ConnectAsync(HttpUrl.Of(process.Self));
        await late.Disconnected;
    }

    [Test]
    public async Task Timeouts_follow_the_clock_of_the_node()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10), client.Clock);
        Task<ClientResponse> waiting = client.Manager.Http.GetAsync(HttpUrl.Of(process.Self, "never"), timeout.Token);
        await process.NeverAsked.Task;
        Assert.That(waiting.IsCompleted, Is.False);
        client.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        await process.NeverLeft.Task.WaitAsync(RawClient.Patience);
    }

    [Test]
    public void Who_cannot_be_reached_is_named_so()
    {
        Assert.That(
            async () => await client.Manager.Http.GetAsync(HttpUrl.Parse("http://127.0.0.1:1/")),
            Throws.InstanceOf<HttpClientException>().With.Property(nameof(HttpClientException.Error)).EqualTo(HttpClientError.Unreachable));
        Assert.That(
            async () => await client.Manager.Http.GetAsync(HttpUrl.Parse("http://no-such-host.invalid:1/")),
            Throws.InstanceOf<HttpClientException>().With.Property(nameof(HttpClientException.Error)).EqualTo(HttpClientError.Unreachable));
    }

    [Test]
    public async Task Answers_to_head_requests_have_no_body()
    {
        await using HttpConnection connection = await client.Manager.Http.ConnectAsync(HttpUrl.Of(process.Self));
        ClientResponse head = await connection.SendAsync(new ClientRequest { Method = "HEAD", Target = "/server/echo?q=x" });
        ClientResponse get = await connection.SendAsync(new ClientRequest { Target = "/server/echo?q=x" });
        Assert.That((head.Status, head.Body.Length, get.Text), Is.EqualTo((200, 0, "GET x ")));
    }

    private sealed class Server(ProcessManager manager) : ProcessBase(manager, "server")
    {
        public TaskCompletionSource NeverAsked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource NeverLeft { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override void Initialize()
        {
            Route("/echo", null, request => HttpResponse.Ok($"{request.Method} {request.Query["q"]} {Encoding.ASCII.GetString(request.Body.Span)}"));
            Route("/never", null, async request =>
            {
                using CancellationTokenRegistration left = request.Aborted.Register(NeverLeft.SetResult);
                NeverAsked.TrySetResult();
                await Task.Delay(Timeout.Infinite, request.Aborted);
                return HttpResponse.Ok();
            });
            Route("/stream", null, request => HttpResponse.Streaming("application/recordio", async (output, gone) =>
            {
                int count = request.Query.TryGetValue("n", out string? n) ? int.Parse(n, System.Globalization.CultureInfo.InvariantCulture) : 10;
                var writer = new RecordIoWriter(output);
                for (int i = 0; i < count; i++)
                {
                    await writer.WriteAsync(Encoding.ASCII.GetBytes($"record {i}"), gone);
                }
            }));
        }
    }
}
