using System.Text;
using LibProcess.Addressing;
using LibProcess.Http;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Net;

public class TwoNodesTests
{
    [Test]
    [CancelAfter(30_000)]
    public async Task Messages_travel_between_two_nodes_in_order_with_and_without_a_link()
    {
        await using var one = new TestNode();
        await using var two = new TestNode();
        var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Probe sink = two.Spawn(new Probe(two.Manager, "sink", p => p.Install("item", (from, body) =>
        {
            p.Log.Add(from.Id + " " + Encoding.ASCII.GetString(body.Span));
            if (p.Log.Count == 200)
            {
                received.TrySetResult();
            }
        })));
        Probe source = one.Spawn(new Probe(one.Manager, "source"));
        for (int i = 0; i < 100; i++)
        {
            one.Manager.Send(source.Self, sink.Self, "item", Encoding.ASCII.GetBytes($"{i}"));
        }

        source.Dispatch(() =>
        {
            for (int i = 100; i < 200; i++)
            {
                source.Send(sink.Self, "item", Encoding.ASCII.GetBytes($"{i}"));
            }
        });

        await received.Task.WaitAsync(RawClient.Patience);
        Assert.That(sink.Log, Is.EqualTo(Enumerable.Range(0, 200).Select(i => $"source {i}")));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task Large_bodies_arrive_as_they_were_sent_to_handlers_that_keep_them_and_to_those_that_only_look()
    {
        await using var one = new TestNode();
        await using var two = new TestNode();
        int[] sizes = [1, 40_000, 100_000, 1_048_576, 5, 3_000_000, 65_536, 9_000_000, 0, 1_048_576];
        byte[][] sent = [.. sizes.Select(static (size, seed) => Enumerable.Range(0, size).Select(i => (byte)((i >> 7) + i + seed)).ToArray())];
        List<ReadOnlyMemory<byte>> kept = [];
        List<byte[]> seen = [];
        var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Probe sink = two.Spawn(new Probe(two.Manager, "sink", p =>
        {
            p.Install("kept", (_, body) => kept.Add(body));
            p.InstallLooking("seen", (_, body) => seen.Add(body.ToArray()));
            p.Install("end", (_, _) => received.TrySetResult());
        }));
        Probe source = one.Spawn(new Probe(one.Manager, "source", p => p.Link(sink.Self)));
        source.Dispatch(() =>
        {
            foreach (byte[] body in sent)
            {
                source.Send(sink.Self, "kept", body);
                source.Send(sink.Self, "seen", body);
            }

            source.Send(sink.Self, "end");
        });
        await received.Task.WaitAsync(RawClient.Patience);
        Assert.That(kept.Zip(sent, static (body, whole) => body.Span.SequenceEqual(whole)), Has.All.True.And.Exactly(sent.Length).Items);
        Assert.That(seen.Zip(sent, static (body, whole) => body.AsSpan().SequenceEqual(whole)), Has.All.True.And.Exactly(sent.Length).Items);
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_route_answers_and_unknown_paths_are_not_found()
    {
        await using var node = new TestNode();
        node.Spawn(new RouteProcess(node.Manager, "server"));
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("GET /server/hello?name=a+b HTTP/1.1\r\nHost: x\r\n\r\nGET /nosuch HTTP/1.1\r\n\r\n");

        Assert.That(await client.ReadAnswerAsync(), Does.Match(
            "^HTTP/1.1 200 OK\r\nDate: [^\r]*GMT\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 9\r\n\r\nhello a b$"));
        Assert.That(await client.ReadAnswerAsync(), Does.Match(
            "^HTTP/1.1 404 Not Found\r\nDate: [^\r]*GMT\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 14\r\n\r\n404 Not Found.$"));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task A_message_is_answered_202_and_one_for_nobody_404()
    {
        await using var node = new TestNode();
        Probe sink = node.Spawn(new Probe(node.Manager, "sink", p => p.Install("item", (from, body) => p.Log.Add(from.ToString()))));
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        await client.SendAsync("POST /sink/item HTTP/1.1\r\nLibprocess-From: a@1.2.3.4:5\r\n\r\n"
            + "POST /nobody/item HTTP/1.1\r\nLibprocess-From: a@1.2.3.4:5\r\n\r\n");

        Assert.That(await client.ReadAnswerAsync(), Does.Match("^HTTP/1.1 202 Accepted\r\nDate: [^\r]*GMT\r\nContent-Length: 0\r\n\r\n$"));
        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 404 Not Found\r\n"));
        await node.SettleAsync();
        Assert.That(sink.Log, Is.EqualTo(new[] { "a@1.2.3.4:5" }));
    }

    [Test]
    [CancelAfter(30_000)]
    public async Task The_end_of_a_node_is_told_to_those_who_watch_its_processes()
    {
        await using var one = new TestNode();
        Probe watcher = one.Spawn(new Probe(one.Manager, "watcher"));
        UPid watched;
        await using (var two = new TestNode())
        {
            watched = two.Spawn(new Probe(two.Manager, "watched")).Self;
            await watcher.CallAsync(() => watcher.Link(watched));
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            two.Spawn(new Probe(two.Manager, "sink", p => p.Install("item", (_, _) => seen.TrySetResult())));
            one.Manager.Send(watcher.Self, new UPid("sink", two.Manager.Address), "item");
            await seen.Task.WaitAsync(RawClient.Patience);
        }

        Assert.That(await watcher.ExitedSeen.Task.WaitAsync(RawClient.Patience), Is.EqualTo(watched));
    }

    private sealed class RouteProcess(ProcessManager manager, string id) : ProcessBase(manager, id)
    {
        protected override void Initialize() => Route("/hello", null, request => HttpResponse.Ok("hello " + request.Query["name"]));
    }
}
