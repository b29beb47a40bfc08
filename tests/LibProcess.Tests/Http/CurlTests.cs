using System.Text;
using LibProcess.Http;
using LibProcess.Processes;
using LibProcess.Testing;

namespace LibProcess.Tests.Http;

/// <summary>A node asked by curl, as operators and scripts do.</summary>
[CancelAfter(60_000)]
public sealed class CurlTests
{
    private static readonly string LongText = string.Concat(Enumerable.Repeat("0123456789abcdef", 200));
    private static readonly InstalledProgram Curl = new("curl", "-sS", "--max-time", "20", "--noproxy", "*");
    private TestNode node = null!;

    [SetUp]
    public void StartNode()
    {
        Curl.Require();
        node = new TestNode();
        node.Spawn(new Pages(node.Manager));
    }

    [TearDown]
    public async Task StopNode()
    {
        if (node is not null)
        {
            await node.DisposeAsync();
        }
    }

    [Test]
    public async Task A_page_is_fetched() =>
        Assert.That(await CurlAsync("/pages/short"), Is.EqualTo("short"));

    [Test]
    public async Task One_connection_serves_several_requests()
    {
        (int code, string output) = await Curl.RunAsync("-w", "[%{num_connects}]", Url("/pages/short"), Url("/pages/number?n=7"), Url("/pages/short"));
        Assert.That((code, output), Is.EqualTo((0, "short[1]7;[0]short[0]")));
    }

    [Test]
    public async Task Packed_answers_are_unpacked()
    {
        string output = await CurlAsync("/pages/long", "--compressed", "-w", "\n%header{content-encoding} %{size_download}");
        Assert.That(output, Does.StartWith(LongText + "\ngzip "));
        Assert.That(int.Parse(output.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture), Is.LessThan(LongText.Length / 4));
    }

    [Test]
    public async Task Head_has_the_length_and_no_body()
    {
        string output = await CurlAsync("/pages/long", "--head");
        Assert.That(output, Does.StartWith("HTTP/1.1 200 OK\r\n").And.Contains($"Content-Length: {LongText.Length}\r\n").And.EndsWith("\r\n\r\n"));
    }

    [Test]
    public async Task Bodies_are_posted_by_length_by_chunks_and_after_asking_whether_to_go_on()
    {
        Assert.That(await CurlAsync("/pages/echo", "--data-binary", "a=1"), Is.EqualTo("POST a=1"));
        Assert.That(await CurlAsync("/pages/echo", "-H", "Transfer-Encoding: chunked", "-X", "PUT", "--data-binary", LongText), Is.EqualTo("PUT " + LongText));
        Assert.That(await CurlAsync("/pages/echo", "-H", "Expect: 100-continue", "--expect100-timeout", "0.2", "--data-binary", "b=2"), Is.EqualTo("POST b=2"));
    }

    [Test]
    public async Task A_stream_is_read_as_it_comes() =>
        Assert.That(await CurlAsync("/pages/stream", "-N"), Is.EqualTo("0123456789"));

    [Test]
    public async Task Version_1_0_gets_its_answer_and_the_end_of_the_connection() =>
        Assert.That(await CurlAsync("/pages/short", "--http1.0"), Is.EqualTo("short"));

    [Test]
    public async Task What_is_not_there_fails_with_the_code_of_curl_for_it()
    {
        (int code, _) = await Curl.RunAsync("-f", Url("/nothing"));
        Assert.That(code, Is.EqualTo(22));
    }

    [Test]
    public async Task Many_requests_at_once_are_all_answered()
    {
        string[] urls = [.. Enumerable.Range(0, 60).Select(index => Url($"/pages/number?n={index}"))];
        (int code, string output) = await Curl.RunAsync(["--parallel", "--parallel-max", "6", .. urls]);
        Assert.That(code, Is.Zero);
        Assert.That(output.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(text => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)), Is.EquivalentTo(Enumerable.Range(0, 60)));
    }

    private string Url(string path) => $"http://{node.Manager.Address}{path}";

    private async Task<string> CurlAsync(string path, params string[] arguments)
    {
        (int code, string output) = await Curl.RunAsync([.. arguments, Url(path)]);
        Assert.That(code, Is.Zero);
        return output;
    }

    private sealed class Pages(ProcessManager manager) : ProcessBase(manager, "pages")
    {
        protected override void Initialize()
        {
            Route("/short", null, _ => HttpResponse.Ok("short"));
            Route("/long", null, _ => HttpResponse.Ok(LongText));
            Route("/number", null, request => HttpResponse.Ok(request.Query["n"] + ";"));
            Route("/echo", null, request => HttpResponse.Ok($"{request.Method} {Encoding.UTF8.GetString(request.Body.Span)}"));
            Route("/stream", null, _ => HttpResponse.Streaming("text/plain", async (writer, cancellation) =>
            {
                for (byte digit = (byte)'0'; digit <= '9'; digit++)
                {
                    writer.GetSpan(1)[0] = digit;
                    writer.Advance(1);
                    await writer.FlushAsync(cancellation);
                }
            }));
        }
    }
}
