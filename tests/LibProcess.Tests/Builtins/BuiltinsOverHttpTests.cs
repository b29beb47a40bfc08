using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using LibProcess.Processes;

namespace LibProcess.Tests.Builtins;

/// <summary>The pages of a node on real time, through the HTTP client of the platform.</summary>
[CancelAfter(60_000)]
public sealed class BuiltinsOverHttpTests
{
    private ProcessManager manager = null!;
    private HttpClient client = null!;

    [OneTimeSetUp]
    public void StartNode()
    {
        manager = ProcessManager.Start();
        client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All })
        {
            BaseAddress = new Uri($"http://{manager.Address}/"),
        };
    }

    [OneTimeTearDown]
    public async Task StopNode()
    {
        client.Dispose();
        await manager.DisposeAsync();
    }

    [Test]
    public async Task Metrics_come_as_json_and_as_prometheus_text()
    {
        using JsonDocument json = JsonDocument.Parse(await client.GetStringAsync("metrics/snapshot?timeout=5secs"));
        Assert.That(json.RootElement.GetProperty("system/cpus_total").GetDouble(), Is.Positive);

        using HttpResponseMessage prometheus = await client.GetAsync("metrics");
        Assert.That(prometheus.Content.Headers.ContentType, Is.EqualTo(MediaTypeHeaderValue.Parse("text/plain; version=0.0.4; charset=utf-8")));
        Assert.That(await prometheus.Content.ReadAsStringAsync(), Does.Contain("# TYPE system_cpus_total gauge\n"));
    }

    [Test]
    public async Task Help_is_a_page_for_browsers_and_markdown_for_tools()
    {
        Assert.That(await client.GetStringAsync("help/metrics"), Does.Contain("<a href=\"/help/metrics/snapshot\">/metrics/snapshot</a>"));

        using var request = new HttpRequestMessage(HttpMethod.Get, "help/metrics/snapshot");
        request.Headers.UserAgent.ParseAdd("curl/8.0");
        using HttpResponseMessage answer = await client.SendAsync(request);
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/x-markdown"));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.StartWith("### USAGE ###\n>        /metrics/snapshot\n"));
    }

    [Test]
    public async Task All_help_comes_compressed_where_the_client_likes_that()
    {
        using HttpResponseMessage answer = await client.GetAsync("help?format=json");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using JsonDocument json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.That(json.RootElement.GetProperty("processes").GetArrayLength(), Is.GreaterThanOrEqualTo(4));
    }

    [Test]
    public async Task Every_route_in_help_has_a_page()
    {
        using JsonDocument json = JsonDocument.Parse(await client.GetStringAsync("help?format=json"));
        foreach (JsonElement process in json.RootElement.GetProperty("processes").EnumerateArray())
        {
            foreach (JsonElement route in process.GetProperty("endpoints").EnumerateArray())
            {
                string path = $"help/{process.GetProperty("id").GetString()}{route.GetProperty("name").GetString()}";
                Assert.That(await client.GetStringAsync(path), Does.StartWith("<!DOCTYPE html>"), path);
            }
        }
    }

    [Test]
    public async Task Processes_are_listed_at_once()
    {
        using JsonDocument json = JsonDocument.Parse(await client.GetStringAsync("__processes__"));
        Assert.That(json.RootElement.EnumerateArray().Select(item => item.GetProperty("id").GetString()), Does.Contain("metrics"));
    }
}
