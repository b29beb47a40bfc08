using System.Net;
using System.Net.Sockets;
using System.Text;
using LibProcess.Addressing;
using LibProcess.Net;
using LibProcess.Net.Sockets;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace LibProcess.Tests.Net;

/// <summary>What a node does with connections it opens, seen from a peer that is only a socket.</summary>
[CancelAfter(60_000)]
public class OutboundTests
{
    [Test]
    public async Task Without_a_link_a_connection_carries_what_is_queued_and_closes()
    {
        var transport = new GatedTransport();
        await using var node = new TestNode(configure: options => options with { Transport = transport });
        using var peer = new RawPeer();
        Probe probe = node.Spawn(new Probe(node.Manager, "source"));
        await probe.CallAsync(() =>
        {
            probe.Send(peer.Pid, "first", "1"u8.ToArray());
            probe.Send(peer.Pid, "second");
        });
        transport.Open();
        using Socket one = await peer.AcceptAsync();
        Assert.That(await ReadToEndAsync(one), Is.EqualTo(Wire(node, "first", "1") + Wire(node, "second", "")));

        node.Manager.Send(probe.Self, peer.Pid, "third");
        using Socket two = await peer.AcceptAsync();
        Assert.That(await ReadToEndAsync(two), Is.EqualTo(Wire(node, "third", "")));
        Assert.That(probe.Log, Is.Empty);
    }

    [Test]
    public async Task A_link_holds_one_connection_open_for_all_processes()
    {
        await using var node = new TestNode();
        using var peer = new RawPeer();
        Probe probe = node.Spawn(new Probe(node.Manager, "source"));
        Probe other = node.Spawn(new Probe(node.Manager, "other"));
        await probe.CallAsync(() => probe.Link(peer.Pid));
        await other.CallAsync(() => other.Link(new UPid("else", peer.Pid.Address)));
        using Socket link = await peer.AcceptAsync();
        foreach (string name in new[] { "a", "b", "c" })
        {
            await probe.CallAsync(() => probe.Send(peer.Pid, name));
            Assert.That(await ReadAsync(link, Wire(node, name, "").Length), Is.EqualTo(Wire(node, name, "")));
            await link.SendAsync("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        }

        Assert.That(peer.HasPending, Is.False);
        link.Close();
        Assert.That(await probe.ExitedSeen.Task.WaitAsync(RawClient.Patience), Is.EqualTo(peer.Pid));
        await other.ExitedSeen.Task.WaitAsync(RawClient.Patience);
        await node.SettleAsync();
        Assert.That(probe.Log, Is.EqualTo(new[] { "exited peer" }));
        Assert.That(other.Log, Is.EqualTo(new[] { "exited else" }));
    }

    [Test]
    public async Task Every_link_is_told_once_and_can_be_made_again()
    {
        await using var node = new TestNode();
        using var peer = new RawPeer();
        int exits = 0;
        Probe probe = node.Spawn(new Probe(node.Manager, "source"));
        for (int i = 0; i < 3; i++)
        {
            await probe.CallAsync(() =>
            {
                probe.Link(peer.Pid);
                probe.Link(peer.Pid);
                probe.Link(new UPid("second", peer.Pid.Address));
            });
            using Socket link = await peer.AcceptAsync();
            link.LingerState = new LingerOption(true, 0);
            link.Close();
            exits += 2;
            Assert.That(() => probe.CallAsync(() => probe.Log.Count).Result, Is.EqualTo(exits).After(20_000, 5));
        }
    }

    [Test]
    public async Task A_node_that_cannot_be_reached_has_exited()
    {
        await using var node = new TestNode();
        UPid nobody;
        using (var peer = new RawPeer())
        {
            nobody = peer.Pid;
        }

        Probe probe = node.Spawn(new Probe(node.Manager, "source"));
        await probe.CallAsync(() =>
        {
            probe.Link(nobody);
            probe.Send(nobody, "lost");
        });
        Assert.That(await probe.ExitedSeen.Task.WaitAsync(RawClient.Patience), Is.EqualTo(nobody));
        Assert.That(() => MetricAsync(node, "libprocess/messages_dropped/connection_lost").Result, Is.EqualTo(1).After(20_000, 5));
    }

    [Test]
    public async Task Messages_that_cannot_be_sent_without_a_link_are_lost_quietly()
    {
        await using var node = new TestNode();
        UPid nobody;
        using (var peer = new RawPeer())
        {
            nobody = peer.Pid;
        }

        Probe probe = node.Spawn(new Probe(node.Manager, "source"));
        node.Manager.Send(probe.Self, nobody, "lost");
        Assert.That(() => MetricAsync(node, "libprocess/messages_dropped/connection_lost").Result, Is.EqualTo(1).After(20_000, 5));
        Assert.That(probe.Log, Is.Empty);
    }

    [Test]
    public async Task Reconnecting_moves_links_to_a_new_connection_without_a_word()
    {
        await using var node = new TestNode();
        using var peer = new RawPeer();
        Probe probe = node.Spawn(new Probe(node.Manager, "source"));
        await probe.CallAsync(() => probe.Link(peer.Pid));
        using Socket old = await peer.AcceptAsync();
        await probe.CallAsync(() => probe.Send(peer.Pid, "old"));
        Assert.That(await ReadAsync(old, Wire(node, "old", "").Length), Is.EqualTo(Wire(node, "old", "")));

        await probe.CallAsync(() =>
        {
            probe.Link(peer.Pid, LinkMode.Reconnect);
            probe.Send(peer.Pid, "new");
        });
        using Socket renewed = await peer.AcceptAsync();
        Assert.That(await ReadAsync(renewed, Wire(node, "new", "").Length), Is.EqualTo(Wire(node, "new", "")));
        Assert.That(await ReadToEndAsync(old), Is.Empty);
        old.Close();
        await node.SettleAsync();
        Assert.That(probe.Log, Is.Empty);

        renewed.Close();
        Assert.That(await probe.ExitedSeen.Task.WaitAsync(RawClient.Patience), Is.EqualTo(peer.Pid));
    }

    [Test]
    public async Task What_is_queued_when_reconnecting_goes_over_in_order()
    {
        await using var node = new TestNode();
        using var peer = new RawPeer();
        Probe probe = node.Spawn(new Probe(node.Manager, "source"));
        await probe.CallAsync(() =>
        {
            probe.Link(peer.Pid);
            probe.Send(peer.Pid, "a");
            probe.Link(peer.Pid, LinkMode.Reconnect);
            probe.Send(peer.Pid, "b");
        });
        // Which of them connects first is chance.
        using Socket one = await peer.AcceptAsync();
        using Socket other = await peer.AcceptAsync();
        string all = Wire(node, "a", "") + Wire(node, "b", "");
        string[] heard = await Task.WhenAll(ReadAsync(one, all.Length), ReadAsync(other, all.Length));
        Assert.That(heard, Is.EquivalentTo(new[] { string.Empty, all }));
        Assert.That(probe.Log, Is.Empty);
    }

    [Test]
    public async Task A_link_made_while_a_temporary_connection_is_busy_is_a_connection_of_its_own()
    {
        await using var node = new TestNode();
        using var peer = new RawPeer();
        Probe probe = node.Spawn(new Probe(node.Manager, "source"));
        byte[] much = new byte[32 * 1024 * 1024];
        await probe.CallAsync(() => probe.Send(peer.Pid, "much", much));
        using Socket temporary = await peer.AcceptAsync();
        await probe.CallAsync(() =>
        {
            probe.Link(peer.Pid);
            probe.Send(peer.Pid, "linked");
        });
        using Socket link = await peer.AcceptAsync();
        Assert.That(await ReadAsync(link, Wire(node, "linked", "").Length), Is.EqualTo(Wire(node, "linked", "")));
        Assert.That((await ReadToEndAsync(temporary)).Length, Is.GreaterThan(much.Length));
    }

    [Test]
    public async Task A_peer_that_takes_nothing_costs_a_bounded_amount_of_memory()
    {
        await using var node = new TestNode(configure: o => o with { Limits = new WireLimits { MaxQueuedBytesPerLink = 1_000_000 } });
        using var peer = new RawPeer();
        Probe probe = node.Spawn(new Probe(node.Manager, "source"));
        await probe.CallAsync(() => probe.Link(peer.Pid));
        using Socket link = await peer.AcceptAsync();
        for (int i = 0; i < 2000 && !probe.ExitedSeen.Task.IsCompleted; i++)
        {
            await probe.CallAsync(() => probe.Send(peer.Pid, "data", new byte[100_000]));
        }

        Assert.That(await probe.ExitedSeen.Task.WaitAsync(RawClient.Patience), Is.EqualTo(peer.Pid));
        Assert.That(await MetricAsync(node, "libprocess/links_overflowed"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_end_of_a_node_sends_what_is_queued_and_closes()
    {
        using var peer = new RawPeer();
        string expected;
        Socket link;
        await using (var node = new TestNode())
        {
            Probe probe = node.Spawn(new Probe(node.Manager, "source") { OnEnd = p => p.Send(peer.Pid, "last") });
            await probe.CallAsync(() => probe.Link(peer.Pid));
            link = await peer.AcceptAsync();
            expected = Wire(node, "last", "");
        }

        using (link)
        {
            Assert.That(await ReadToEndAsync(link), Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task A_node_under_way_to_a_peer_that_does_not_answer_can_be_stopped()
    {
        var node = new TestNode();
        Probe probe = node.Spawn(new Probe(node.Manager, "source"));

        // An address for documentation: nobody is there, or the network says so.
        var nobody = new UPid("x", new NetworkAddress(0xC0000201, 5050));
        await probe.CallAsync(() => probe.Link(nobody));
        node.Manager.Send(probe.Self, nobody, "lost");
        await node.DisposeAsync().AsTask().WaitAsync(RawClient.Patience);
    }

    [Test]
    public async Task Many_threads_send_and_each_keeps_its_order()
    {
        await using var one = new TestNode();
        await using var two = new TestNode();
        const int senders = 8;
        const int each = 2000;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var next = new Dictionary<string, int>();
        int total = 0;
        bool inOrder = true;
        Probe sink = two.Spawn(new Probe(two.Manager, "sink", p => p.Install("item", (from, body) =>
        {
            int number = BitConverter.ToInt32(body.Span);
            inOrder &= next.GetValueOrDefault(from.Id) == number;
            next[from.Id] = number + 1;
            if (++total == senders * each)
            {
                done.TrySetResult();
            }
        })));
        Probe watcher = one.Spawn(new Probe(one.Manager, "watcher"));
        await watcher.CallAsync(() => watcher.Link(sink.Self));
        for (int i = 0; i < senders; i++)
        {
            Probe source = one.Spawn(new Probe(one.Manager, $"source({i})"));
            for (int batch = 0; batch < each; batch += 100)
            {
                int from = batch;
                source.Dispatch(() =>
                {
                    for (int n = from; n < from + 100; n++)
                    {
                        source.Send(sink.Self, "item", BitConverter.GetBytes(n));
                    }
                });
            }
        }

        await done.Task.WaitAsync(RawClient.Patience);
        Assert.That(inOrder, Is.True);
        Assert.That(next, Has.Count.EqualTo(senders));
    }

    [Test]
    public async Task A_peer_that_cuts_the_connection_at_any_moment_is_reported_and_can_be_sent_to_again()
    {
        await using var node = new TestNode();
        using var peer = new RawPeer();
        Probe probe = node.Spawn(new Probe(node.Manager, "source"));
        int length = Wire(node, "data", new string('x', 50)).Length;
        for (int cut = 0; cut <= length; cut += 13)
        {
            int before = await probe.CallAsync(() => probe.Log.Count);
            await probe.CallAsync(() =>
            {
                probe.Link(peer.Pid);
                probe.Send(peer.Pid, "data", Encoding.ASCII.GetBytes(new string('x', 50)));
            });
            using (Socket link = await peer.AcceptAsync())
            {
                await ReadAsync(link, cut);
                link.LingerState = new LingerOption(cut % 2 == 0, 0);
            }

            Assert.That(() => probe.CallAsync(() => probe.Log.Count).Result, Is.EqualTo(before + 1).After(20_000, 2));
        }
    }

    private static async Task<double> MetricAsync(TestNode node, string name) =>
        (await node.Manager.Metrics.SnapshotAsync()).Single(metric => metric.Key == name).Value;

    private static string Wire(TestNode node, string name, string body)
    {
        string from = $"source@{node.Manager.Address}";
        string framing = body.Length == 0 ? string.Empty : "Transfer-Encoding: chunked\r\n";
        string chunk = body.Length == 0 ? string.Empty : $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n";
        return $"POST /peer/{name} HTTP/1.1\r\nUser-Agent: libprocess/{from}\r\nLibprocess-From: {from}\r\n"
            + $"Connection: Keep-Alive\r\nHost: {RawPeer.Current}\r\n{framing}\r\n{chunk}";
    }

    private static async Task<string> ReadAsync(Socket socket, int length)
    {
        var bytes = new byte[length];
        int read = 0;
        using var patience = new CancellationTokenSource(RawClient.Patience);
        while (read < length)
        {
            int count = await socket.ReceiveAsync(bytes.AsMemory(read), SocketFlags.None, patience.Token);
            if (count == 0)
            {
                break;
            }

            read += count;
        }

        return Encoding.Latin1.GetString(bytes, 0, read);
    }

    private static async Task<string> ReadToEndAsync(Socket socket)
    {
        var all = new StringBuilder();
        while (await ReadAsync(socket, 1) is { Length: > 0 } first)
        {
            all.Append(first);
            var buffer = new byte[64 * 1024];
            if (socket.Available > 0)
            {
                all.Append(Encoding.Latin1.GetString(buffer, 0, await socket.ReceiveAsync(buffer)));
            }
        }

        return all.ToString();
    }

    /// <summary>Sockets that connect when they may.</summary>
    private sealed class GatedTransport : ITransport
    {
        private readonly SocketTransport sockets = new(NullLoggerFactory.Instance, TimeProvider.System);
        private readonly TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => gate.SetResult();

        public IListener Listen(IPEndPoint endPoint, Action<IConnection> onAccepted) => sockets.Listen(endPoint, onAccepted);

        public async ValueTask<IConnection> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellation)
        {
            await gate.Task;
            return await sockets.ConnectAsync(endPoint, cancellation);
        }
    }

    private sealed class RawPeer : IDisposable
    {
        private static readonly AsyncLocal<NetworkAddress> Last = new();
        private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public RawPeer()
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(100);
            Pid = new UPid("peer", NetworkAddress.From((IPEndPoint)listener.LocalEndPoint!));
            Last.Value = Pid.Address;
        }

        public static NetworkAddress Current => Last.Value;

        public UPid Pid { get; }

        public bool HasPending => listener.Poll(0, SelectMode.SelectRead);

        public async Task<Socket> AcceptAsync()
        {
            using var patience = new CancellationTokenSource(RawClient.Patience);
            return await listener.AcceptAsync(patience.Token);
        }

        public void Dispose() => listener.Dispose();
    }
}
