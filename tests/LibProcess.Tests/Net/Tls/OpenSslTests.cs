using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using LibProcess.Addressing;
using LibProcess.Http;
using LibProcess.Net.Tls;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Net.Tls;

/// <summary>Our nodes against the programs of OpenSSL and curl, with the cipher suites of the original.</summary>
[CancelAfter(60_000)]
public partial class OpenSslTests
{
    private TestAuthority authority = null!;

    [OneTimeSetUp]
    public void MakeAuthority() => authority = new TestAuthority();

    [OneTimeTearDown]
    public void RemoveAuthority() => authority.Dispose();

    [TestCase("AES128-SHA")]
    [TestCase("AES256-SHA")]
    [TestCase(TlsOptions.DefaultCiphers)]
    public async Task S_client_gets_a_page_and_posts_a_message_with_the_default_ciphers(string ciphers)
    {
        await using TestNode node = Node(authority.Issue());
        Probe sink = node.Spawn(new Probe(node.Manager, "sink", p => p.Install("item", (from, body) => p.Log.Add($"{from} {body.Length}"))));
        using ChildProgram client = Client(node, "-cipher", ciphers, "-tls1_2");
        await client.SayAsync("GET /health/check HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.HearAsync("\r\n\r\nfine");
        await client.SayAsync("POST /sink/item HTTP/1.1\r\nLibprocess-From: a@1.2.3.4:5\r\nContent-Length: 3\r\n\r\nabc");
        await client.HearAsync("HTTP/1.1 202 Accepted\r\n");
        await node.SettleAsync();
        Assert.That(sink.Log, Is.EqualTo(new[] { "a@1.2.3.4:5 3" }));
    }

    [Test]
    public async Task The_server_prefers_its_own_order_of_ciphers()
    {
        await using TestNode node = Node(authority.Issue() with { Ciphers = "AES256-SHA:AES128-SHA" });
        using ChildProgram client = ChildProgram.Start(
            "openssl", "s_client", "-connect", node.Manager.Address.ToString(), "-tls1_2", "-cipher", "AES128-SHA:AES256-SHA");
        Assert.That(await client.HearAsync("Verify return code"), Does.Contain("Cipher is AES256-SHA"));
    }

    [Test]
    public async Task A_peer_restricted_to_suites_of_today_cannot_shake_hands_with_the_default_list_but_with_another()
    {
        string[] modern = ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"];
        await using TestNode strict = Node(authority.Issue());
        using ChildProgram refused = Client(strict, modern);
        await refused.HearAsync("handshake failure");
        await using TestNode open = Node(authority.Issue() with { Ciphers = TlsOptions.DefaultCiphers + ":ECDHE-RSA-AES128-GCM-SHA256" });
        using ChildProgram accepted = Client(open, modern);
        await accepted.SayAsync("GET /health/check HTTP/1.1\r\n\r\n");
        await accepted.HearAsync("fine");
    }

    [TestCase("-tls1_2", false, true)]
    [TestCase("-tls1_3", false, false)]
    [TestCase("-tls1_1", false, false)]
    [TestCase("-tls1_3", true, true)]
    [TestCase("-tls1_1", true, true)]
    [TestCase("-tls1", true, true)]
    public async Task Only_the_versions_that_are_on_are_spoken(string version, bool allOn, bool expected)
    {
        TlsOptions tls = authority.Issue();
        if (allOn)
        {
#pragma warning disable SYSLIB0039, CA5397, CA5398
            tls = tls with
            {
                Protocols = System.Security.Authentication.SslProtocols.Tls | System.Security.Authentication.SslProtocols.Tls11
                    | System.Security.Authentication.SslProtocols.Tls12 | System.Security.Authentication.SslProtocols.Tls13,
            };
#pragma warning restore SYSLIB0039, CA5397, CA5398
        }

        await using TestNode node = Node(tls);
        using ChildProgram client = Client(node, version, "-cipher", "ALL:@SECLEVEL=0");
        await client.SayAsync("GET /health/check HTTP/1.1\r\n\r\n");
        if (expected)
        {
            await client.HearAsync("fine");
        }
        else
        {
            await client.HearAsync("protocol version");
        }
    }

    [Test]
    public async Task Sessions_are_not_resumed()
    {
        await using TestNode node = Node(authority.Issue());
        using ChildProgram client = ChildProgram.Start(
            "openssl", "s_client", "-connect", node.Manager.Address.ToString(), "-tls1_2", "-cipher", "AES128-SHA", "-reconnect");
        string said = await client.EndAsync();
        Assert.That(said, Does.Contain("New, ").And.Not.Contain("Reused, "));
        Assert.That(await TlsPair.MetricAsync(node.Manager, "libprocess/tls/handshakes"), Is.EqualTo(6));
    }

    [Test]
    public async Task The_whole_chain_of_the_file_is_shown()
    {
        await using TestNode node = Node(authority.Issue(intermediates: 2));
        using ChildProgram client = ChildProgram.Start(
            "openssl", "s_client", "-connect", node.Manager.Address.ToString(), "-tls1_2", "-cipher", "AES128-SHA",
            "-CAfile", authority.RootFile, "-showcerts");
        string said = await client.HearAsync("Verify return code");
        Assert.That(said, Does.Contain("Verify return code: 0 (ok)"));
        Assert.That(said.Split("BEGIN CERTIFICATE"), Has.Length.EqualTo(4));
    }

    [Test]
    public async Task A_client_without_the_certificate_that_is_required_is_refused_and_one_with_it_served()
    {
        TlsOptions tls = authority.Issue() with { RequireClientCertificate = true, CaFile = authority.RootFile, Names = new TlsPair.FixedName("localhost") };
        TlsOptions own = authority.Issue("localhost");
        await using TestNode node = Node(tls);
        using ChildProgram without = Client(node, "-tls1_2", "-cipher", "AES128-SHA");
        await without.SayAsync("GET /health/check HTTP/1.1\r\n\r\n");
        Assert.That(await without.EndAsync(), Does.Not.Contain("fine"));
        Assert.That(() => TlsPair.MetricAsync(node.Manager, "libprocess/tls/handshakes_failed").Result, Is.EqualTo(1).After(20_000, 5));
        using ChildProgram with = Client(node, "-tls1_2", "-cipher", "AES128-SHA", "-cert", own.CertificateFile, "-key", own.KeyFile);
        await with.SayAsync("GET /health/check HTTP/1.1\r\n\r\n");
        await with.HearAsync("fine");
    }

    [TestCase("AES256-SHA")]
    [TestCase(TlsOptions.DefaultCiphers)]
    public async Task Messages_reach_s_server_with_the_default_ciphers(string ciphers)
    {
        TlsOptions tls = authority.Issue("localhost");
        using ChildProgram server = ChildProgram.Start(
            "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", tls.CertificateFile, "-key", tls.KeyFile, "-tls1_2", "-cipher", ciphers);
        ushort port = await PortAsync(server);
        await using TestNode node = Node(tls with { VerifyServerCertificate = true, CaFile = authority.RootFile, Names = new TlsPair.FixedName("localhost") });
        Probe sender = node.Spawn(new Probe(node.Manager, "sender"));
        node.Manager.Send(sender.Self, new UPid("slave(1)", new NetworkAddress(0x7F000001, port)), "item", "hello"u8.ToArray());
        string heard = await server.HearAsync("hello");
        Assert.That(heard, Does.Contain("POST /slave(1)/item HTTP/1.1").And.Contain($"Libprocess-From: {sender.Self}"));
    }

    [Test]
    public async Task Links_to_s_server_end_with_it()
    {
        TlsOptions tls = authority.Issue("localhost");
        using ChildProgram server = ChildProgram.Start(
            "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", tls.CertificateFile, "-key", tls.KeyFile, "-tls1_2", "-HTTP",
            "-cipher", TlsOptions.DefaultCiphers);
        ushort port = await PortAsync(server);
        await using TestNode node = Node(tls);
        Probe watcher = node.Spawn(new Probe(node.Manager, "watcher"));
        await watcher.CallAsync(() => watcher.Link(new UPid("x", new NetworkAddress(0x7F000001, port))));
        while (await TlsPair.MetricAsync(node.Manager, "libprocess/tls/handshakes") < 1)
        {
            await Task.Delay(1);
        }

        server.Kill();
        await watcher.ExitedSeen.Task.WaitAsync(RawClient.Patience);
    }

    [Test]
    public async Task The_host_name_of_a_upid_goes_along_as_server_name_and_an_address_does_not()
    {
        TlsOptions tls = authority.Issue() with { Ciphers = "HIGH" };
        using var certificate = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(tls.CertificateFile, tls.KeyFile);
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        NetworkAddress address = NetworkAddress.From((System.Net.IPEndPoint)listener.LocalEndpoint);
        await using TestNode node = Node(tls);
        Probe sender = node.Spawn(new Probe(node.Manager, "sender"));
        List<string> names = [];
        foreach (string? host in new[] { "node.test", null })
        {
            node.Manager.Send(sender.Self, new UPid("x", address, host), "item");
            using TcpClient accepted = await listener.AcceptTcpClientAsync();
            await using var stream = new SslStream(accepted.GetStream());
            await stream.AuthenticateAsServerAsync(
                (_, hello, _, _) =>
                {
                    names.Add(hello.ServerName);
                    return ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificate = certificate });
                },
                null);
            while (await stream.ReadAsync(new byte[1000]) > 0)
            {
            }
        }

        Assert.That(names, Is.EqualTo(new[] { "node.test", "" }));
    }

    [Test]
    public async Task Curl_gets_a_page_over_https()
    {
        await using TestNode node = Node(authority.Issue("x", ["localhost"]) with { Ciphers = "HIGH:!aNULL", Protocols = default });
        using ChildProgram curl = ChildProgram.Start(
            "curl", "-sS", "--cacert", authority.RootFile, $"https://localhost:{node.Manager.Address.Port}/health/check");
        Assert.That(await curl.EndAsync(), Is.EqualTo("fine"));
        await using TestNode old = Node(authority.Issue("x", ["localhost"]));
        using ChildProgram curlOld = ChildProgram.Start(
            "curl", "-sS", "--ciphers", "AES128-SHA", "--cacert", authority.RootFile, $"https://localhost:{old.Manager.Address.Port}/health/check");
        Assert.That(await curlOld.EndAsync(), Is.EqualTo("fine"));
    }

    private static TestNode Node(TlsOptions tls)
    {
        var node = new TestNode(configure: options => options with { Tls = tls });
        node.Spawn(new HealthProcess(node.Manager));
        return node;
    }

    private static ChildProgram Client(TestNode node, params string[] more) =>
        ChildProgram.Start("openssl", ["s_client", "-connect", node.Manager.Address.ToString(), "-quiet", .. more]);

    private static async Task<ushort> PortAsync(ChildProgram server)
    {
        string said = await server.HearAsync("ACCEPT 127.0.0.1:");
        while (!AcceptLine().IsMatch(said))
        {
            await Task.Delay(1);
            said = await server.HearAsync("\n");
        }

        return ushort.Parse(AcceptLine().Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"ACCEPT 127\.0\.0\.1:(\d+)\n")]
    private static partial Regex AcceptLine();

    private sealed class HealthProcess(ProcessManager manager) : ProcessBase(manager, "health")
    {
        protected override void Initialize() => Route("/check", null, _ => HttpResponse.Ok("fine"));
    }
}
