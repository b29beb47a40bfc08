using System.Net;
using System.Net.Sockets;
using System.Text;
using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Net;

/// <summary>Who is told of which end, exactly once.</summary>
[CancelAfter(60_000)]
public sealed class LinkRulesTests
{
    private TestNode node = null!;
    private Socket listener = null!;
    private UPid peer = null!;

    [SetUp]
    public void StartNode()
    {
        node = new TestNode();
        listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(100);
        peer = new UPid("peer", NetworkAddress.From((IPEndPoint)listener.LocalEndPoint!));
    }

    [TearDown]
    public async Task StopNode()
    {
        listener.Dispose();
        await node.DisposeAsync();
    }

    [Test]
    public async Task A_remote_process_is_not_asked_whether_it_exists_and_its_own_end_is_not_noticed()
    {
        await using var other = new TestNode();
        Probe remote = other.Spawn(new Probe(other.Manager, "remote"));
        Probe sink = other.Spawn(new Probe(other.Manager, "sink", p => p.Install("item", (_, _) => p.Log.Add("item"))));
        Probe linker = node.Spawn(new Probe(node.Manager, "linker"));
        await linker.CallAsync(() =>
        {
            linker.Link(remote.Self);
            linker.Link(new UPid("nobody", other.Manager.Address));
            linker.Send(sink.Self, "item");
        });
        Assert.That(() => sink.CallAsync(() => sink.Log.Count).GetAwaiter().GetResult(), Is.EqualTo(1).After(20_000, 5));
        remote.Terminate();
        await other.Manager.WaitAsync(remote);
        await linker.CallAsync(() => linker.Send(sink.Self, "item"));
        Assert.That(() => sink.CallAsync(() => sink.Log.Count).GetAwaiter().GetResult(), Is.EqualTo(2).After(20_000, 5));
        Assert.That(linker.Log, Is.Empty);

        // Only the end of the connection is.
        await other.DisposeAsync();
        Assert.That(() => linker.CallAsync(() => linker.Log.Count).GetAwaiter().GetResult(), Is.EqualTo(2).After(20_000, 5));
        Assert.That(linker.Log, Is.EquivalentTo(new[] { "exited remote", "exited nobody" }));
    }

    [Test]
    public async Task Reconnecting_keeps_the_links_of_all_processes()
    {
        Probe one = node.Spawn(new Probe(node.Manager, "one"));
        Probe two = node.Spawn(new Probe(node.Manager, "two"));
        await one.CallAsync(() => one.Link(peer));
        using Socket old = await AcceptAsync();
        await two.CallAsync(() => two.Link(peer, LinkMode.Reconnect));
        using Socket renewed = await AcceptAsync();
        old.Close();
        await node.SettleAsync();
        renewed.Close();
        await one.ExitedSeen.Task.WaitAsync(RawClient.Patience);
        await two.ExitedSeen.Task.WaitAsync(RawClient.Patience);
        await node.SettleAsync();
        Assert.That((string.Join(',', one.Log), string.Join(',', two.Log)), Is.EqualTo(("exited peer", "exited peer")));
    }

    [Test]
    public async Task Reconnecting_without_a_connection_makes_one()
    {
        Probe one = node.Spawn(new Probe(node.Manager, "one"));
        await one.CallAsync(() => one.Link(peer, LinkMode.Reconnect));
        using Socket only = await AcceptAsync();
        only.Close();
        Assert.That(await one.ExitedSeen.Task.WaitAsync(RawClient.Patience), Is.EqualTo(peer));
    }

    [Test]
    public async Task A_linked_connection_stays_open_when_nobody_watches_it_any_more()
    {
        Probe linker = node.Spawn(new Probe(node.Manager, "linker"));
        await linker.CallAsync(() => linker.Link(peer));
        using Socket link = await AcceptAsync();
        linker.Terminate();
        await node.Manager.WaitAsync(linker);
        node.Manager.Send(UPid.Empty, peer, "still");
        Assert.That(await ReadHeadAsync(link), Does.StartWith("POST /peer/still HTTP/1.1\r\nUser-Agent: libprocess/@0.0.0.0:0\r\n"));
        Assert.That(listener.Poll(0, SelectMode.SelectRead), Is.False);
    }

    [Test]
    public async Task A_process_that_ends_leaves_its_links_and_a_successor_of_its_name_has_none()
    {
        Probe target = node.Spawn(new Probe(node.Manager, "target"));
        Probe linker = node.Spawn(new Probe(node.Manager, "linker"));
        await linker.CallAsync(() =>
        {
            linker.Link(peer);
            linker.Link(target.Self);
        });
        using Socket link = await AcceptAsync();
        linker.Terminate();
        await node.Manager.WaitAsync(linker);
        Probe successor = node.Spawn(new Probe(node.Manager, "linker"));
        Probe other = node.Spawn(new Probe(node.Manager, "other"));
        await other.CallAsync(() => other.Link(peer));
        link.Close();
        target.Terminate();
        await other.ExitedSeen.Task.WaitAsync(RawClient.Patience);
        await node.SettleAsync();
        Assert.That(successor.Log, Is.Empty);
    }

    [Test]
    public async Task Messages_that_wait_for_a_connection_that_fails_are_lost_and_a_new_link_starts_afresh()
    {
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        listener.Dispose();
        Probe linker = node.Spawn(new Probe(node.Manager, "linker"));
        await linker.CallAsync(() =>
        {
            linker.Link(peer);
            linker.Send(peer, "lost");
        });
        await linker.ExitedSeen.Task.WaitAsync(RawClient.Patience);

        listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(10);
        await linker.CallAsync(() =>
        {
            linker.Link(peer);
            linker.Send(peer, "fresh");
        });
        using Socket link = await AcceptAsync();
        Assert.That(await ReadHeadAsync(link), Does.StartWith("POST /peer/fresh "));
    }

    [Test]
    public async Task What_goes_to_the_advertised_address_of_the_node_itself_needs_no_connection()
    {
        await using var advertised = new TestNode(configure: options => options with { AdvertiseIp = IPAddress.Parse("192.0.2.1"), AdvertisePort = 4321 });
        Probe sink = advertised.Spawn(new Probe(advertised.Manager, "sink", p => p.Install("item", (from, _) => p.Log.Add(from.ToString()))));
        Assert.That(sink.Self.ToString(), Is.EqualTo("sink@192.0.2.1:4321"));
        Probe source = advertised.Spawn(new Probe(advertised.Manager, "source"));
        await source.CallAsync(() =>
        {
            source.Link(UPid.Parse("sink@192.0.2.1:4321"));
            source.Send(UPid.Parse("sink@192.0.2.1:4321"), "item");
        });
        await advertised.SettleAsync();
        Assert.That(sink.Log, Is.EqualTo(new[] { "source@192.0.2.1:4321" }));
        sink.Terminate();
        await source.ExitedSeen.Task.WaitAsync(RawClient.Patience);
    }

    [Test]
    public async Task A_half_empty_identity_is_still_sent_to()
    {
        node.Manager.Send(UPid.Empty, new UPid(string.Empty, peer.Address), "item");
        using Socket connection = await AcceptAsync();
        Assert.That(await ReadHeadAsync(connection), Does.StartWith("POST /item HTTP/1.1\r\n"));
    }

    private async Task<Socket> AcceptAsync()
    {
        using var patience = new CancellationTokenSource(RawClient.Patience);
        return await listener.AcceptAsync(patience.Token);
    }

    private static async Task<string> ReadHeadAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        using var patience = new CancellationTokenSource(RawClient.Patience);
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            int count = await socket.ReceiveAsync(buffer, patience.Token);
            Assert.That(count, Is.Not.Zero, text.ToString());
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return text.ToString();
    }
}
