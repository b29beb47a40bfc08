using System.Text.RegularExpressions;
using LibProcess.Diagnostics;
using LibProcess.Testing;
using LibProcess.Tests.Net;

namespace LibProcess.Tests.Builtins;

/// <summary>Requests that were put to a master of the original, and what it said, byte for byte but for date and length.</summary>
[CancelAfter(60_000)]
public sealed partial class RecordedAnswersTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nDate: *\r\n";
    private const string BadRequest = "HTTP/1.1 400 Bad Request\r\nDate: *\r\n";
    private const string Text = "Content-Type: text/plain; charset=utf-8\r\nContent-Length: *\r\n\r\n";
    private const string Json = "Content-Length: *\r\nContent-Type: application/json\r\n\r\n";

    private TestNode node = null!;
    private RawClient client = null!;

    [SetUp]
    public async Task StartNode()
    {
        node = new TestNode(configure: options => options with { LogLevels = new LogLevelSwitch() });
        await node.SettleAsync();
        client = await RawClient.ConnectAsync(node.Manager.Address);
    }

    [TearDown]
    public async Task StopNode()
    {
        client.Dispose();
        await node.DisposeAsync();
    }

    [TestCase("/logging/toggle", Ok + Text + "0\n")]
    [TestCase("/logging/toggle?level=x&duration=1secs", BadRequest + Text + "Failed to convert 'x' to number.\n")]
    [TestCase("/metrics/snapshot?timeout=abc", BadRequest + Text + "Invalid timeout 'abc': Failed to convert '' to number.\n")]
    [TestCase(
        "/profiler/start",
        BadRequest + Text + "Perftools is disabled. To enable perftools, configure libprocess with --enable-perftools.\n")]
    public async Task Short_answers_are_the_same(string path, string answer)
    {
        Assert.That(await GetAsync(path), Is.EqualTo(answer));
    }

    [TestCase("/help?format=json", "{\"processes\":[{\"id\":\"logging\",\"endpoints\":[{\"name\":\"/toggle\",\"text\":\"### USAGE ###\\n>        /logging/toggle\\n\\n### TL;DR; ###\\n")]
    [TestCase("/metrics/snapshot", "{\"libprocess/")]
    [TestCase("/system/stats.json", "{\"avg_load_15min\":")]
    [TestCase("/__processes__", "[{\"events\":[],\"id\":\"")]
    public async Task Long_answers_start_the_same(string path, string start)
    {
        Assert.That(await GetAsync(path), Does.StartWith(Ok + Json + start));
    }

    [Test]
    public async Task A_callback_is_called_as_there()
    {
        Assert.That(
            await GetAsync("/system/stats.json?jsonp=cb"),
            Does.StartWith(Ok + "Content-Length: *\r\nContent-Type: text/javascript\r\n\r\ncb({\"").And.EndsWith("})"));
    }

    [Test]
    public async Task Requests_in_one_go_are_answered_in_order()
    {
        await client.SendAsync("GET /logging/toggle HTTP/1.1\r\nHost: x\r\n\r\nGET /nosuch HTTP/1.1\r\nHost: x\r\n\r\nGET /__processes__ HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("\r\n\r\n0\n"));
        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 404 ").And.EndWith("\r\n\r\n404 Not Found."));
        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 200 "));
    }

    private async Task<string> GetAsync(string path)
    {
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        return Varying().Replace(await client.ReadAnswerAsync() ?? "closed", "$1: *");
    }

    [GeneratedRegex(@"(?<=\n)(Date|Content-Length): [^\r]*")]
    private static partial Regex Varying();
}
