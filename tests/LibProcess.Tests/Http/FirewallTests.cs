using System.Text;
using LibProcess.Http;
using LibProcess.Http.Firewall;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Net;

namespace LibProcess.Tests.Http;

/// <summary>Endpoints that are switched off.</summary>
public class FirewallTests
{
    [TestCase("/master/state", "/master/state")]
    [TestCase("/state", "/master/state", TestName = "the delegate is in front of a path that names no process")]
    [TestCase("/master/state?x=1", "/master/state")]
    [TestCase("/master/state/", "/master/state", TestName = "a slash at the end does not help")]
    [TestCase("/master//state", "/master/state", TestName = "nor do two slashes")]
    [TestCase("//master/state", "/master/state")]
    [TestCase("/m%61ster/state", "/master/state", TestName = "nor an escape in the id")]
    [TestCase("/master/state/below", "/master/state", TestName = "nor a path that the same route serves")]
    [TestCase("/", "/master", TestName = "the path without anything is that of the delegate")]
    [TestCase("/nobody/x", "/master/nobody/x", TestName = "there need be no such endpoint")]
    [TestCase("/master/slaves", null)]
    [TestCase("/slave(1)/state", null)]
    [CancelAfter(30_000)]
    public async Task A_disabled_endpoint_answers_403(string path, string? disabled)
    {
        await using var node = new TestNode(configure: options => options with
        {
            Delegate = "master",
            Firewall = [new DisabledEndpointsRule(["/master/state", "/master", "/master/nobody/x"])],
        });
        foreach (string id in (string[])["master", "slave(1)"])
        {
            node.Spawn(new Pages(node.Manager, id));
        }

        string answer = await GetAsync(node, path);
        Assert.That(answer, disabled is null
            ? Does.StartWith("HTTP/1.1 200 OK\r\n")
            : Does.StartWith("HTTP/1.1 403 Forbidden\r\n").And.EndWith($"\r\n\r\nEndpoint '{disabled}' is disabled"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Rules_are_replaced_while_the_node_runs_and_messages_are_not_asked_about()
    {
        await using var node = new TestNode();
        node.Spawn(new Pages(node.Manager, "master"));
        Assert.That(await GetAsync(node, "/master/state"), Does.StartWith("HTTP/1.1 200"));
        node.Manager.Firewall = [new DisabledEndpointsRule(["/master/state"])];
        Assert.That(await GetAsync(node, "/master/state"), Does.StartWith("HTTP/1.1 403"));
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("POST /master/state HTTP/1.1\r\nLibprocess-From: a@1.2.3.4:5\r\n\r\n");
        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 202"));
    }

    private static async Task<string> GetAsync(TestNode node, string path)
    {
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync($"GET {path} HTTP/1.1\r\n\r\n");
        return (await client.ReadAnswerAsync())!;
    }

    private sealed class Pages(ProcessManager manager, string id) : ProcessBase(manager, id)
    {
        protected override void Initialize()
        {
            Route("/state", null, _ => HttpResponse.Ok());
            Route("/slaves", null, _ => HttpResponse.Ok());
        }
    }
}
