using System.Buffers;
using LibProcess.Http;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Net;

namespace LibProcess.Tests.Http;

/// <summary>Answers that are written while they are sent, over real sockets.</summary>
[CancelAfter(30_000)]
public class StreamingResponseTests
{
    [Test]
    public async Task A_producer_waits_while_its_client_reads_nothing_and_goes_on_when_it_does()
    {
        await using var node = new TestNode();
        Producer producer = node.Spawn(new Producer(node.Manager));
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("GET /producer/many HTTP/1.1\r\n\r\n");
        long before = -1;
        while (before != producer.Flushed)
        {
            before = producer.Flushed;
            await Task.Delay(200);
        }

        // What fits into the buffers of two sockets, and no more.
        Assert.That(before, Is.InRange(1, 400), "of 1000 pieces of 64 KiB");
        await client.ReadHeadAsync();
        for (int i = 0; i < 1000; i++)
        {
            Assert.That((await client.ReadChunkAsync()).Length, Is.EqualTo("10000\r\n".Length + 65_536 + 2));
        }

        Assert.That(await client.ReadChunkAsync(), Is.EqualTo("0\r\n\r\n"));
    }

    [Test]
    public async Task A_stream_holds_up_later_answers_of_its_connection_but_not_their_handlers()
    {
        await using var node = new TestNode();
        Producer producer = node.Spawn(new Producer(node.Manager));
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("GET /producer/open HTTP/1.1\r\n\r\nGET /producer/later HTTP/1.1\r\n\r\n");
        await client.ReadHeadAsync();
        await producer.LaterHandled.Task.WaitAsync(RawClient.Patience);
        Assert.That(await client.ReadChunkAsync(), Is.EqualTo("5\r\nfirst\r\n"));
        producer.End.SetResult();
        Assert.That(await client.ReadChunkAsync(), Is.EqualTo("0\r\n\r\n"));
        Assert.That(await client.ReadAnswerAsync(), Does.EndWith("later"));
    }

    [Test]
    public async Task The_author_of_a_stream_is_told_when_the_client_goes_and_another_client_is_not_affected()
    {
        await using var node = new TestNode();
        Producer producer = node.Spawn(new Producer(node.Manager));
        RawClient leaving = await RawClient.ConnectAsync(node.Manager.Address);
        using RawClient staying = await RawClient.ConnectAsync(node.Manager.Address);
        foreach (RawClient client in (RawClient[])[staying, leaving])
        {
            await client.SendAsync("GET /producer/open HTTP/1.1\r\n\r\n");
            await client.ReadHeadAsync();
            Assert.That(await client.ReadChunkAsync(), Is.EqualTo("5\r\nfirst\r\n"));
        }

        leaving.Reset();
        await producer.Gone.Task.WaitAsync(RawClient.Patience);
        producer.End.SetResult();
        Assert.That(await staying.ReadChunkAsync(), Is.EqualTo("0\r\n\r\n"));
    }

    private sealed class Producer(ProcessManager manager) : ProcessBase(manager, "producer")
    {
        private long flushed;

        public long Flushed => Interlocked.Read(ref flushed);

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Gone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource LaterHandled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override void Initialize()
        {
            Route("/many", null, _ => HttpResponse.Streaming("x/y", async (output, gone) =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    output.GetSpan(65_536)[..65_536].Clear();
                    output.Advance(65_536);
                    await output.FlushAsync(gone);
                    Interlocked.Increment(ref flushed);
                }
            }));
            Route("/open", null, _ => HttpResponse.Streaming("x/y", async (output, gone) =>
            {
                output.Write("first"u8);
                await output.FlushAsync(gone);
                try
                {
                    await End.Task.WaitAsync(gone);
                }
                catch (OperationCanceledException)
                {
                    Gone.TrySetResult();
                    throw;
                }
            }));
            Route("/later", null, _ =>
            {
                LaterHandled.TrySetResult();
                return HttpResponse.Ok("later");
            });
        }
    }
}
