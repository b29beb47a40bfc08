using System.Text.Json;
using LibProcess.Http;
using LibProcess.Processes;
using LibProcess.Testing;

namespace LibProcess.Tests.Builtins;

[CancelAfter(30_000)]
public sealed class HelpProcessTests
{
    private const string Curl = "curl/7.88.1";

    private TestNode node = null!;

    [SetUp]
    public async Task StartNode()
    {
        node = new TestNode(configure: options => options with { Delegate = "master" });
        node.Spawn(new Documented(node.Manager));
        await node.SettleAsync();
    }

    [TearDown]
    public async Task StopNode() => await node.DisposeAsync();

    [Test]
    public async Task Tools_get_the_processes_as_markdown()
    {
        HttpResponse answer = await node.Manager.GetAsync("/help", Curl);
        Assert.That(answer.Headers["Content-Type"], Is.EqualTo("text/x-markdown"));
        Assert.That(answer.Text(), Does.StartWith("## HELP\n> [/logging][logging]\n> [/master][master]\n> [/metrics][metrics]\n"));
        Assert.That(answer.Text(), Does.Contain("\n[master]: /help/master\n"));
        Assert.That(answer.Text(), Does.Not.Contain("[/help]").And.Not.Contain("__processes__"));
        Assert.That((await node.Manager.GetAsync("/help", "HTTPie/3.2")).Headers["Content-Type"], Is.EqualTo("text/x-markdown"));
    }

    [Test]
    public async Task A_process_lists_its_routes_but_not_those_kept_off_the_page()
    {
        string text = (await node.Manager.GetAsync("/help/master", Curl)).Text();
        Assert.That(text, Does.StartWith("## `/master` ##\n> [/master/a/b][master/a/b]\n> [/master/state][master/state]\n\n"));
        Assert.That(text, Does.Not.Contain("secret"));
    }

    [Test]
    public async Task A_route_tells_how_it_is_used()
    {
        Assert.That(
            (await node.Manager.GetAsync("/help/master/state", Curl)).Text(),
            Is.EqualTo(
                """
                ### USAGE ###
                >        /state
                >        /master/state

                ### TL;DR; ###
                Shows the state.

                ### DESCRIPTION ###
                See **there** and `x<y`.

                ### AUTHENTICATION ###
                Asks for credentials where HTTP authentication is enabled.

                ### AUTHORIZATION ###
                See [acls].

                """.ReplaceLineEndings("\n")));
        Assert.That((await node.Manager.GetAsync("/help/master/a/b", Curl)).Text(), Does.StartWith("### USAGE ###\n>        /a/b\n"));
        Assert.That((await node.Manager.GetAsync("/help/logging/toggle", Curl)).Text(), Does.StartWith("### USAGE ###\n>        /logging/toggle\n\n"));
    }

    [Test]
    public async Task A_route_of_the_process_itself_is_told_from_the_list_of_its_routes()
    {
        Assert.That((await node.Manager.GetAsync("/help/metrics", Curl)).Text(), Does.StartWith("## `/metrics` ##\n> [/metrics][metrics]\n> [/metrics/snapshot]"));
        Assert.That((await node.Manager.GetAsync("/help/metrics/", Curl)).Text(), Does.StartWith("### USAGE ###\n>        /metrics\n"));
    }

    [TestCase("/help/nobody", "No help available for '/nobody'.\n")]
    [TestCase("/help/help", "No help available for '/help'.\n")]
    [TestCase("/help/master/nosuch", "No help available for '/master/nosuch'.\n")]
    [TestCase("/help/master/secret", "No help available for '/master/secret'.\n")]
    public async Task What_is_not_there_is_refused(string path, string text)
    {
        HttpResponse answer = await node.Manager.GetAsync(path, Curl);
        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Text(), Is.EqualTo(text));
    }

    [Test]
    public async Task Programs_get_all_of_it_as_json()
    {
        HttpResponse answer = await node.Manager.GetAsync("/help?format=json");
        Assert.That(answer.Headers["Content-Type"], Is.EqualTo("application/json"));
        using JsonDocument json = JsonDocument.Parse(answer.Body);
        JsonElement processes = json.RootElement.GetProperty("processes");
        Assert.That(
            processes.EnumerateArray().Select(process => process.GetProperty("id").GetString()),
            Is.EqualTo(new[] { "logging", "master", "metrics", "profiler", "system" }));
        JsonElement master = processes[1].GetProperty("endpoints");
        Assert.That(master.EnumerateArray().Select(route => route.GetProperty("name").GetString()), Is.EqualTo(new[] { "/a/b", "/state" }));
        Assert.That(master[1].GetProperty("text").GetString(), Does.StartWith("### USAGE ###\n"));
    }

    [Test]
    public async Task Browsers_get_a_page_that_needs_nothing_from_elsewhere()
    {
        HttpResponse list = await node.Manager.GetAsync("/help", "Mozilla/5.0");
        Assert.That(list.Headers["Content-Type"], Is.EqualTo("text/html"));
        Assert.That(list.Text(), Does.Contain("<a href=\"/help/master\">/master</a>").And.Not.Contain("http://").And.Not.Contain("<script"));

        string route = (await node.Manager.GetAsync("/help/master/state")).Text();
        Assert.That(route, Does.Contain("<h3>USAGE</h3>"));
        Assert.That(route, Does.Contain("<pre><code>/state\n/master/state</code></pre>"));
        Assert.That(route, Does.Contain("<strong>there</strong> and <code>x&lt;y</code>"));
    }

    [Test]
    public async Task Ids_may_be_escaped()
    {
        node.Spawn(new Documented(node.Manager, "slave(1)"));
        await node.SettleAsync();
        Assert.That((await node.Manager.GetAsync("/help/slave%281%29/state", Curl)).Status, Is.EqualTo(200));
        Assert.That((await node.Manager.GetAsync("/help/slave(1)/", Curl)).Status, Is.EqualTo(200));
        Assert.That((await node.Manager.GetAsync("/help/slave(1)")).Text(), Does.Contain("<a href=\"/help/slave(1)/state\">/slave(1)/state</a>"));
    }

    [Test]
    public async Task The_help_of_a_process_ends_with_it()
    {
        node.Manager.Terminate(new("master", node.Manager.Address));
        await node.SettleAsync();
        Assert.That((await node.Manager.GetAsync("/help/master")).Status, Is.EqualTo(400));
    }

    private sealed class Documented(ProcessManager manager, string id = "master") : ProcessBase(manager, id)
    {
        protected override void Initialize()
        {
            Route("/state", new RouteHelp("Shows the state.", "See **there** and `x<y`.", Authentication: true, "See [acls]."), _ => HttpResponse.Ok());
            Route("/a/b", new RouteHelp("Nested."), _ => HttpResponse.Ok());
            Route("/secret", help: null, _ => HttpResponse.Ok());
        }
    }
}
