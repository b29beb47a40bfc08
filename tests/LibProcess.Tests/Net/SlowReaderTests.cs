using System.Text;
using LibProcess.Http;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Net;

/// <summary>Clients that do not read what they are sent, over real sockets.</summary>
[CancelAfter(60_000)]
public class SlowReaderTests
{
    [Test]
    public async Task A_sender_that_never_reads_its_answers_has_all_its_messages_delivered()
    {
        await using var node = new TestNode();
        const int messages = 200_000;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int count = 0;
        node.Spawn(new Probe(node.Manager, "sink", p => p.Install("m", (_, _) =>
        {
            if (++count == messages)
            {
                done.TrySetResult();
            }
        })));
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        byte[] batch = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("POST /sink/m HTTP/1.1\r\nLibprocess-From: a@1.2.3.4:5\r\n\r\n", 1000)));
        for (int i = 0; i < messages / 1000; i++)
        {
            await client.SendAsync(batch);
        }

        await done.Task.WaitAsync(RawClient.Patience);
    }

    [Test]
    public async Task A_stream_waits_for_a_slow_client_and_ends_when_it_leaves()
    {
        await using var node = new TestNode();
        var pages = node.Spawn(new Endless(node.Manager));
        RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("GET /endless HTTP/1.1\r\n\r\n");
        Assert.That(await client.ReadHeadAsync(), Does.Contain("Transfer-Encoding: chunked\r\n"));
        Assert.That(await client.ReadChunkAsync(), Has.Length.EqualTo("10000\r\n".Length + 65_536 + 2));
        client.Reset();
        await pages.Left.Task.WaitAsync(RawClient.Patience);
    }

    [Test]
    public async Task A_node_with_open_streams_and_idle_clients_stops()
    {
        var node = new TestNode();
        node.Spawn(new Endless(node.Manager));
        using RawClient idle = await RawClient.ConnectAsync(node.Manager.Address);
        using RawClient streaming = await RawClient.ConnectAsync(node.Manager.Address);
        await streaming.SendAsync("GET /endless HTTP/1.1\r\n\r\n");
        await streaming.ReadHeadAsync();
        await node.DisposeAsync().AsTask().WaitAsync(RawClient.Patience);
        Assert.That(await idle.ReadToEndAsync(), Is.Empty);
    }

    private sealed class Endless(ProcessManager manager) : ProcessBase(manager, "endless")
    {
        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override void Initialize() => Route("/", null, _ => HttpResponse.Streaming("x/y", async (output, gone) =>
        {
            while (true)
            {
                output.GetMemory(65_536).Span[..65_536].Clear();
                output.Advance(65_536);
                if ((await output.FlushAsync(CancellationToken.None)).IsCompleted)
                {
                    Left.TrySetResult();
                    return;
                }
            }
        }));
    }
}
