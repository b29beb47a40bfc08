using System.Text.Json;
using LibProcess.Http;
using LibProcess.Testing;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Builtins;

[CancelAfter(30_000)]
public sealed class ProcessListProcessTests
{
    private TestNode node = null!;

    [SetUp]
    public void StartNode() => node = new TestNode();

    [TearDown]
    public async Task StopNode() => await node.DisposeAsync();

    [Test]
    public async Task Idle_processes_have_no_events()
    {
        await node.SettleAsync();
        HttpResponse answer = await node.Manager.GetAsync("/__processes__");
        Assert.That(answer.Headers["Content-Type"], Is.EqualTo("application/json"));
        Assert.That(
            Objects(answer),
            Is.EquivalentTo(new[] { "help", "metrics", "logging", "profiler", "system", "__processes__" }
                .Select(id => $"{{\"events\":[],\"id\":\"{id}\"}}")));
    }

    [Test]
    public async Task What_waits_is_shown_kind_by_kind()
    {
        // A turn that does not end until told so: what comes meanwhile waits.
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var gate = new ManualResetEventSlim();
        var probe = node.Spawn(new Probe(node.Manager, "a"));
        probe.Dispatch(() =>
        {
            entered.SetResult();
            gate.Wait();
        });
        await entered.Task;

        Task<HttpResponse> page = node.Manager.GetAsync("/__processes__");
        await PageHasAskedAsync();
        node.Manager.Send(new("x", node.Manager.Address), probe.Self, "hello", "body"u8.ToArray());
        Task<HttpResponse> request = node.Manager.GetAsync("/a/b");
        probe.Dispatch(() => { });
        probe.Terminate(inject: false);
        gate.Set();

        string text = Objects(await page).Single(item => item.EndsWith("\"id\":\"a\"}", StringComparison.Ordinal));
        Assert.That(
            text,
            Is.EqualTo(
                $"{{\"events\":[{{\"from\":\"x@{node.Manager.Address}\",\"name\":\"hello\",\"to\":\"a@{node.Manager.Address}\",\"type\":\"MESSAGE\"}},"
                + "{\"method\":\"GET\",\"type\":\"HTTP\",\"url\":\"/a/b\"},{\"type\":\"DISPATCH\"},{\"type\":\"TERMINATE\"}],\"id\":\"a\"}"));
        await request;
    }

    [Test]
    public async Task A_process_that_is_stuck_does_not_hold_up_the_page()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var gate = new ManualResetEventSlim();
        var probe = node.Spawn(new Probe(node.Manager, "a"));
        probe.Dispatch(() =>
        {
            entered.SetResult();
            gate.Wait();
        });
        await entered.Task;
        Task<HttpResponse> page = node.Manager.GetAsync("/__processes__");
        await PageHasAskedAsync();
        while (!page.IsCompleted)
        {
            node.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.That(Objects(await page), Does.Contain("{\"events\":[],\"id\":\"a\",\"unresponsive\":true}"));
        gate.Set();
    }

    // The page puts its question to all processes in one turn of its own; a turn after that, it has.
    private async Task PageHasAskedAsync()
    {
        Assert.That(node.Manager.TryFind("__processes__", out LibProcess.Processes.ProcessBase? list), Is.True);
        await list!.CallAsync(() => { });
    }

    private static IEnumerable<string> Objects(HttpResponse answer)
    {
        using JsonDocument json = JsonDocument.Parse(answer.Body);
        return [.. json.RootElement.EnumerateArray().Select(item => item.GetRawText())];
    }
}
