using System.Globalization;
using System.Text.RegularExpressions;
using LibProcess.Http;
using LibProcess.Processes;
using LibProcess.Testing;

namespace LibProcess.Tests.Http;

/// <summary>A node under the load tools wrk and ab, and read by a browser.</summary>
[CancelAfter(60_000)]
public sealed partial class LoadToolsAndBrowserTests
{
    private static readonly InstalledProgram Wrk = new("wrk", "-t1", "-c8", "-d1s");
    private static readonly InstalledProgram Ab = new("ab", "-q", "-c", "4");
    private static readonly InstalledProgram Chromium = new("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--timeout=20000", "--dump-dom");

    private TestNode node = null!;
    private Pages pages = null!;

    [SetUp]
    public void StartNode()
    {
        node = new TestNode();
        pages = node.Spawn(new Pages(node.Manager));
    }

    [TearDown]
    public async Task StopNode() => await node.DisposeAsync();

    [Test]
    public async Task Wrk_keeps_its_connections_and_sees_no_error()
    {
        Wrk.Require();
        (int code, string output) = await Wrk.RunAsync(Url("/pages/short"));
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Not.Contain("Socket errors").And.Not.Contain("Non-2xx"));
        Assert.That(CountOf(WrkCount(), output), Is.Positive.And.LessThanOrEqualTo(pages.Served));
    }

    [Test]
    public async Task Wrk_sends_several_requests_at_once_and_each_is_answered()
    {
        Wrk.Require();
        string script = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{TestContext.CurrentContext.Test.ID}.lua");
        await File.WriteAllTextAsync(script, """
            local requests = {}
            init = function() for i = 1, 16 do requests[i] = wrk.format("GET", "/pages/short") end end
            request = function() return table.concat(requests) end
            """);
        (int code, string output) = await Wrk.RunAsync("-s", script, Url(string.Empty));
        File.Delete(script);
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Not.Contain("Socket errors").And.Not.Contain("Non-2xx"));
        Assert.That(CountOf(WrkCount(), output), Is.GreaterThan(16).And.LessThanOrEqualTo(pages.Served));
    }

    [Test]
    public async Task Ab_opens_a_connection_for_each_request_and_none_fails()
    {
        Ab.Require();
        (int code, string output) = await Ab.RunAsync("-n", "200", Url("/pages/short"));
        Assert.That(code, Is.Zero);
        Assert.That((CountOf(AbDone(), output), CountOf(AbFailed(), output), pages.Served), Is.EqualTo((200L, 0L, 200L)));
    }

    [Test]
    public async Task A_browser_shows_the_pages_of_a_node()
    {
        Chromium.Require();
        (int code, string page) = await Chromium.RunAsync(Url("/help/pages/short"));
        Assert.That(code, Is.Zero);
        Assert.That(page, Does.Contain("<title>").And.Contain("/pages/short"));
    }

    [Test]
    public async Task A_browser_runs_a_page_that_asks_for_json_and_for_a_call()
    {
        Chromium.Require();
        (_, string page) = await Chromium.RunAsync("--virtual-time-budget=10000", Url("/pages/app"));
        Assert.That(page, Does.Contain("<p id=\"json\">7</p>").And.Contain("<p id=\"call\">8</p>"));
    }

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex WrkCount();

    [GeneratedRegex(@"Complete requests:\s+(\d+)")]
    private static partial Regex AbDone();

    [GeneratedRegex(@"Failed requests:\s+(\d+)")]
    private static partial Regex AbFailed();

    private static long CountOf(Regex pattern, string output) =>
        long.Parse(pattern.Match(output).Groups[1].Value, CultureInfo.InvariantCulture);

    private string Url(string path) => $"http://{node.Manager.Address}{path}";

    private sealed class Pages(ProcessManager manager) : ProcessBase(manager, "pages")
    {
        private long served;

        public long Served => Interlocked.Read(ref served);

        protected override void Initialize()
        {
            Route("/short", new RouteHelp("A short text."), _ =>
            {
                Interlocked.Increment(ref served);
                return HttpResponse.Ok("short");
            });
            Route("/number", null, request => HttpResponse.Json(
                writer => writer.WriteNumberValue(int.Parse(request.Query["n"], CultureInfo.InvariantCulture)),
                request.Query.GetValueOrDefault("jsonp")));
            Route("/app", null, _ => HttpResponse.Ok(
                """
                <!DOCTYPE html><title>app</title><p id="json"></p><p id="call"></p>
                <script>
                fetch('/pages/number?n=7').then(r => r.json()).then(n => document.getElementById('json').textContent = n);
                function show(n) { document.getElementById('call').textContent = n; }
                </script>
                <script src="/pages/number?n=8&jsonp=show"></script>
                """,
                "text/html"));
        }
    }
}
