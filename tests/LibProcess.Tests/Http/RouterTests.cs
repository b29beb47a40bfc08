using System.Text;
using LibProcess.Http;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Net;

namespace LibProcess.Tests.Http;

public class RouterTests
{
    [TestCase("/master/health", "master health")]
    [TestCase("/health", "master health")]
    [TestCase("//health", "master health")]
    [TestCase("/health/", "master health")]
    [TestCase("/health/x/y", "master health")]
    [TestCase("/master//health", "master health")]
    [TestCase("/slave(1)/state", "slave state")]
    [TestCase("/slave%281%29/state", "slave state")]
    [TestCase("/state", "master state")]
    [TestCase("/state/sub/x", "master sub")]
    [TestCase("/", "master root")]
    [TestCase("/master", "master root")]
    [TestCase("/master/", "master root")]
    [TestCase("/slave(1)", null)]
    [TestCase("/master/nosuch", null)]
    [TestCase("/nosuch", null)]
    [TestCase("/healthy", null)]
    [TestCase("/master/../etc/passwd", null)]
    [TestCase("/..health", null)]
    [TestCase("/%zz", null)]
    [TestCase("/slave(2)/state", null)]
    public async Task The_first_component_names_the_process_or_the_delegate_serves_the_path(string path, string? body)
    {
        await using var node = new TestNode(configure: options => options with { Delegate = "master" });
        node.Spawn(new Pages(node.Manager, "master", "/", "/health", "/state", "/state/sub"));
        node.Spawn(new Pages(node.Manager, "slave(1)", "/state"));

        HttpResponse response = await new Router(node.Manager, "master").HandleAsync(new HttpRequest { Path = path });
        Assert.That(response.Status, Is.EqualTo(body is null ? 404 : 200));
        Assert.That(Encoding.UTF8.GetString(response.Body.Span), Is.EqualTo(body ?? "404 Not Found."));
    }

    [Test]
    public async Task Without_a_delegate_only_processes_are_found()
    {
        await using var node = new TestNode();
        node.Spawn(new Pages(node.Manager, "master", "/", "/health"));
        var router = new Router(node.Manager, null);
        Assert.That((await router.HandleAsync(new HttpRequest { Path = "/" })).Status, Is.EqualTo(404));
        Assert.That((await router.HandleAsync(new HttpRequest { Path = "/health" })).Status, Is.EqualTo(404));
        Assert.That((await router.HandleAsync(new HttpRequest { Path = "/master/health" })).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_path_without_slash_is_a_bad_request()
    {
        await using var node = new TestNode();
        HttpResponse response = await new Router(node.Manager, null).HandleAsync(new HttpRequest { Path = "*", Method = "OPTIONS" });
        Assert.That(response.Status, Is.EqualTo(400));
        Assert.That(Encoding.UTF8.GetString(response.Body.Span), Is.EqualTo("Request URL path must start with '/'"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_process_that_ends_answers_what_it_did_not_come_to()
    {
        await using var node = new TestNode();
        var hold = new TaskCompletionSource();
        var pages = node.Spawn(new Pages(node.Manager, "p", "/x"));
        pages.Dispatch(() => hold.Task.Wait());
        ValueTask<HttpResponse> waiting = new Router(node.Manager, null).HandleAsync(new HttpRequest { Path = "/p/x" });
        pages.Terminate(inject: true);
        hold.SetResult();
        Assert.That((await waiting.AsTask().WaitAsync(RawClient.Patience)).Status, Is.EqualTo(500));
    }

    private sealed class Pages(ProcessManager manager, string id, params string[] paths) : ProcessBase(manager, id)
    {
        protected override void Initialize()
        {
            foreach (string path in paths)
            {
                string page = path == "/" ? "root" : path[(path.LastIndexOf('/') + 1)..];
                Route(path, null, _ => HttpResponse.Ok($"{Self.Id.TrimEnd('(', ')', '1')} {page}"));
            }
        }
    }
}
