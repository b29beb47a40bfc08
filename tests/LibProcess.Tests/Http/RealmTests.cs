using System.Text;
using LibProcess.Http;
using LibProcess.Http.Authentication;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Net;

namespace LibProcess.Tests.Http;

/// <summary>Who may reach a handler, and in which order requests do.</summary>
public class RealmTests
{
    private const string Realm = "mesos-master-readonly";

    private static async Task<string> GetAsync(TestNode node, string path, string headers = "")
    {
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync($"GET {path} HTTP/1.1\r\n{headers}\r\n");
        return (await client.ReadAnswerAsync())!;
    }

    private static string Basic(string pair) => $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))}\r\n";

    [Test]
    [CancelAfter(30_000)]
    public async Task A_realm_without_authenticator_lets_requests_pass_without_principal()
    {
        await using var node = new TestNode();
        node.Spawn(new Guarded(node.Manager));
        Assert.That(await GetAsync(node, "/p/who", Basic("a:b")), Does.EndWith("nobody"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Authenticators_are_set_and_taken_away_while_the_node_runs()
    {
        await using var node = new TestNode();
        node.Spawn(new Guarded(node.Manager));
        node.Manager.Authenticators.Set(Realm, new BasicAuthenticator(Realm, new Dictionary<string, string> { ["foo"] = "bar" }));
        Assert.That(await GetAsync(node, "/p/who", Basic("foo:bar")), Does.EndWith("foo"));
        string refused = await GetAsync(node, "/p/who");
        Assert.That(refused, Does.StartWith("HTTP/1.1 401 Unauthorized\r\n").And.EndWith("401 Unauthorized."));
        Assert.That(refused, Does.Contain($"\r\nWWW-Authenticate: Basic realm=\"{Realm}\"\r\n"));
        Assert.That(await GetAsync(node, "/p/open"), Does.EndWith("nobody"), "no realm, no question");

        Assert.That(node.Manager.Authenticators.Unset(Realm), Is.True);
        Assert.That(await GetAsync(node, "/p/who"), Does.EndWith("nobody"));
    }

    [TestCase(false, "403 Forbidden", "403 Forbidden.")]
    [TestCase(true, "200 OK", "foo")]
    [TestCase(null, "500 Internal Server Error", "no answer from the authorizer")]
    [CancelAfter(30_000)]
    public async Task Authorization_is_asked_by_id_and_endpoint(bool? decision, string status, string body)
    {
        await using var node = new TestNode();
        node.Spawn(new Guarded(node.Manager));
        node.Manager.Authenticators.Set(Realm, new BasicAuthenticator(Realm, new Dictionary<string, string> { ["foo"] = "bar" }));
        Principal? asked = null;
        node.Manager.Authorizations.Set("/p/who", (request, principal) =>
        {
            asked = principal;
            return ValueTask.FromResult(decision ?? throw new IOException("no answer from the authorizer"));
        });

        string answer = await GetAsync(node, "/p/who/below/it", Basic("foo:bar"));
        Assert.That(answer, Does.StartWith($"HTTP/1.1 {status}\r\n").And.EndWith("\r\n\r\n" + body));
        Assert.That(asked!.Value, Is.EqualTo("foo"));
        Assert.That(await GetAsync(node, "/p/open"), Does.EndWith("nobody"));
        node.Manager.Authorizations.Unset("/p/who");
        Assert.That(await GetAsync(node, "/p/who", Basic("foo:bar")), Does.EndWith("foo"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Handlers_start_in_the_order_in_which_requests_arrived_whatever_authentication_takes()
    {
        await using var node = new TestNode();
        Guarded process = node.Spawn(new Guarded(node.Manager));
        var slow = new SlowAuthenticator();
        node.Manager.Authenticators.Set(Realm, slow);
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("GET /p/who?1 HTTP/1.1\r\n\r\nGET /p/who?2 HTTP/1.1\r\n\r\nGET /p/open?3 HTTP/1.1\r\n\r\nGET /p/who?4 HTTP/1.1\r\n\r\n");
        Assert.That(() => slow.Waiting.Count, Is.EqualTo(3).After(20_000, 5));

        // The last and the second are known first; the third needs not be known at all.
        slow.Waiting[2].SetResult(AuthenticationResult.Success(new Principal("d")));
        slow.Waiting[1].SetResult(AuthenticationResult.Challenge(HttpResponse.Unauthorized(["X"])));
        await node.SettleAsync();
        Assert.That(process.Started, Is.Empty);
        slow.Waiting[0].SetResult(AuthenticationResult.Success(new Principal("a")));
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("a"));
        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 401"));
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("nobody"));
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("d"));
        Assert.That(process.Started, Is.EqualTo(new[] { "1", "3", "4" }));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_streamed_request_is_refused_before_its_body_has_come_and_the_connection_goes_on()
    {
        await using var node = new TestNode();
        node.Spawn(new Guarded(node.Manager));
        node.Manager.Authenticators.Set(Realm, new BasicAuthenticator(Realm, new Dictionary<string, string> { ["foo"] = "bar" }));
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync($"POST /p/stream HTTP/1.1\r\nContent-Length: 200000\r\n\r\n{new string('x', 1000)}");
        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 401"));
        await client.SendAsync(new string('x', 199_000) + $"POST /p/stream HTTP/1.1\r\n{Basic("foo:bar")}Content-Length: 3\r\n\r\n");
        await client.SendAsync("abc");
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("foo"));
        Assert.That(await GetAsync(node, "/metrics/snapshot"), Does.Contain("\"libprocess/http_requests_denied\":1.0"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task An_authenticator_that_fails_answers_500_and_the_next_request_is_served()
    {
        await using var node = new TestNode();
        node.Spawn(new Guarded(node.Manager));
        var slow = new SlowAuthenticator();
        node.Manager.Authenticators.Set(Realm, slow);
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("GET /p/who HTTP/1.1\r\n\r\nGET /p/who HTTP/1.1\r\n\r\n");
        Assert.That(() => slow.Waiting.Count, Is.EqualTo(2).After(20_000, 5));
        slow.Waiting[0].SetException(new IOException("the directory is away"));
        slow.Waiting[1].SetResult(AuthenticationResult.Refuse(HttpResponse.Forbidden("not you")));
        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 500").And.EndWith("the directory is away"));
        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 403").And.EndWith("not you"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_client_that_leaves_does_not_hold_up_those_behind_it()
    {
        await using var node = new TestNode();
        node.Spawn(new Guarded(node.Manager));
        var slow = new SlowAuthenticator();
        node.Manager.Authenticators.Set(Realm, slow);
        RawClient first = await RawClient.ConnectAsync(node.Manager.Address);
        await first.SendAsync("GET /p/who HTTP/1.1\r\n\r\n");
        Assert.That(() => slow.Waiting.Count, Is.EqualTo(1).After(20_000, 5));
        Task<string> second = GetAsync(node, "/p/open");
        first.Reset();
        Assert.That(await second, Does.EndWith("nobody"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_process_that_ends_answers_requests_that_wait_to_be_admitted()
    {
        await using var node = new TestNode();
        Guarded process = node.Spawn(new Guarded(node.Manager));
        var slow = new SlowAuthenticator();
        node.Manager.Authenticators.Set(Realm, slow);
        Task<string> answer = GetAsync(node, "/p/who");
        Assert.That(() => slow.Waiting.Count, Is.EqualTo(1).After(20_000, 5));
        process.Terminate();
        Assert.That(await answer, Does.StartWith("HTTP/1.1 500"));
    }

    [TestCase("/metrics/snapshot", "ro")]
    [TestCase("/metrics", "ro")]
    [TestCase("/logging/toggle", "rw")]
    [TestCase("/profiler/start", "rw")]
    [TestCase("/profiler/stop", "rw")]
    [TestCase("/memory-profiler/state", "rw")]
    [TestCase("/memory-profiler/start", "rw")]
    [TestCase("/system/stats.json", null)]
    [TestCase("/help", null)]
    [TestCase("/__processes__", null)]
    [CancelAfter(30_000)]
    public async Task Builtin_pages_are_in_the_realms_given_to_the_node(string path, string? realm)
    {
        await using var node = new TestNode(configure: options => options with
        {
            ReadOnlyRealm = "ro",
            ReadWriteRealm = "rw",
            MemoryProfiling = true,
            MetricsRateLimit = null,
        });
        foreach (string name in (string[])["ro", "rw"])
        {
            node.Manager.Authenticators.Set(name, new BasicAuthenticator(name, new Dictionary<string, string> { ["u"] = name }));
        }

        string answer = await GetAsync(node, path);
        Assert.That(answer.StartsWith("HTTP/1.1 401", StringComparison.Ordinal), Is.EqualTo(realm is not null), answer);
        if (realm is not null)
        {
            Assert.That(answer, Does.Contain($"Basic realm=\"{realm}\""));
            Assert.That(await GetAsync(node, path, Basic($"u:{realm}")), Does.Not.StartWith("HTTP/1.1 401"));
        }
    }

    [TestCase("realm", "Asks for credentials where HTTP authentication is enabled.")]
    [TestCase("none", "Asks for no credentials.")]
    [CancelAfter(30_000)]
    public async Task Help_says_of_a_route_whether_it_is_in_a_realm_and_what_must_be_allowed(string route, string text)
    {
        await using var node = new TestNode();
        node.Spawn(new Helpful(node.Manager));
        await node.SettleAsync();
        string help = await GetAsync(node, "/help/h/" + route, "User-Agent: curl/8\r\n");
        Assert.That(help, Does.Contain("\r\nContent-Type: text/x-markdown\r\n"));
        Assert.That(help, Does.Contain($"### AUTHENTICATION ###\n{text}\n\n### AUTHORIZATION ###\nNeeds a permission."));
    }

    private sealed class Helpful(ProcessManager manager) : ProcessBase(manager, "h")
    {
        protected override void Initialize()
        {
            var help = new RouteHelp("Summary.", Authorization: "Needs a permission.");
            Route("/realm", help, new RouteOptions { Realm = Realm }, _ => HttpResponse.Ok());
            Route("/none", help, _ => HttpResponse.Ok());
        }
    }

    private sealed class SlowAuthenticator : IHttpAuthenticator
    {
        public List<TaskCompletionSource<AuthenticationResult>> Waiting { get; } = [];

        public string Scheme => "Slow";

        public ValueTask<AuthenticationResult> AuthenticateAsync(HttpRequest request, CancellationToken cancellation)
        {
            var source = new TaskCompletionSource<AuthenticationResult>(TaskCreationOptions.RunContinuationsAsynchronously);
            Waiting.Add(source);
            return new ValueTask<AuthenticationResult>(source.Task);
        }
    }

    private sealed class Guarded(ProcessManager manager) : ProcessBase(manager, "p")
    {
        public List<string> Started { get; } = [];

        protected override void Initialize()
        {
            Route("/who", null, new RouteOptions { Realm = Realm }, Who);
            Route("/open", null, Who);
            Route("/stream", null, new RouteOptions { Realm = Realm, StreamsRequest = true }, Who);
        }

        private HttpResponse Who(HttpRequest request)
        {
            Started.Add(request.Query.Keys.FirstOrDefault() ?? string.Empty);
            return HttpResponse.Ok(request.Principal?.ToString() ?? "nobody");
        }
    }
}
