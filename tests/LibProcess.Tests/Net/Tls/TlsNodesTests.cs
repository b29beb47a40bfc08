using System.Text;
using LibProcess.Addressing;
using LibProcess.Net.Tls;
using LibProcess.Processes;
using LibProcess.Testing;
using LibProcess.Tests.Diagnostics;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Net.Tls;

/// <summary>Nodes that speak TLS to each other with the defaults.</summary>
[CancelAfter(60_000)]
public class TlsNodesTests
{
    private TestAuthority authority = null!;

    [SetUp]
    public void MakeAuthority() => authority = new TestAuthority();

    [TearDown]
    public void RemoveAuthority() => authority.Dispose();

    [Test]
    public async Task Messages_travel_between_two_nodes_in_order_with_and_without_a_link()
    {
        TlsOptions tls = authority.Issue();
        await using var pair = new TlsPair(tls, tls);
        var received = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Probe sink = pair.Server.Spawn(new Probe(pair.Server.Manager, "sink", p => p.Install("item", (from, body) =>
        {
            p.Log.Add(from.Id + " " + body.Length);
            if (p.Log.Count == 102)
            {
                received.TrySetResult();
            }
        })));
        pair.Client.Manager.Send(pair.Sender.Self, sink.Self, "item", new byte[7]);
        await pair.Sender.CallAsync(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                pair.Sender.Send(sink.Self, "item", new byte[i]);
            }

            pair.Sender.Send(sink.Self, "item", new byte[3_000_000]);
        });

        await received.Task.WaitAsync(RawClient.Patience);
        Assert.That(sink.Log, Is.EqualTo(
            new[] { "sender 7" }.Concat(Enumerable.Range(0, 100).Select(i => $"sender {i}")).Append("sender 3000000")));
        Assert.That(await TlsPair.MetricAsync(pair.Server.Manager, "libprocess/tls/handshakes"), Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public async Task The_end_of_a_node_is_told_to_those_who_watch_its_processes()
    {
        TlsOptions tls = authority.Issue();
        await using var pair = new TlsPair(tls, tls);
        Assert.That(await pair.TalkAsync(), Is.True);
        await pair.Server.DisposeAsync();
        Assert.That(await pair.Sender.ExitedSeen.Task.WaitAsync(RawClient.Patience), Is.EqualTo(pair.Receiver.Self));
    }

    [Test]
    public async Task A_node_without_tls_cannot_talk_to_one_with_tls_and_the_other_way_round()
    {
        TlsOptions tls = authority.Issue();
        await using var toTls = new TlsPair(client: null, tls);
        Assert.That(await toTls.TalkAsync(), Is.False);
        Assert.That(() => TlsPair.MetricAsync(toTls.Server.Manager, "libprocess/tls/handshakes_failed").Result, Is.EqualTo(1).After(20_000, 5));
        await using var fromTls = new TlsPair(tls, server: null);
        Assert.That(await fromTls.TalkAsync(), Is.False);
    }

    [Test]
    public async Task A_client_that_says_nothing_is_cut_off_after_a_while_and_holds_nobody_up()
    {
        TlsOptions tls = authority.Issue();
        var clock = new VirtualClock();
        await using var pair = new TlsPair(tls, tls with { MaxHandshakes = 1 }, clock);
        using RawClient silent = await RawClient.ConnectAsync(pair.Server.Manager.Address);
        using RawClient half = await RawClient.ConnectAsync(pair.Server.Manager.Address);
        await half.SendAsync("\u0016\u0003\u0001\u0002\u0000\u0001");
        Task<string> endOfSilent = silent.ReadToEndAsync();
        Task<string> endOfHalf = half.ReadToEndAsync();
        while (await TlsPair.MetricAsync(pair.Server.Manager, "libprocess/tls/handshakes_pending") < 2)
        {
            await Task.Delay(1);
        }

        Task<bool> talking = pair.TalkAsync();
        while (!endOfHalf.IsCompleted || !endOfSilent.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        Assert.That(await talking, Is.True.Or.False, "whoever waits for a place is served or times out, but ends");
        Assert.That(() => TlsPair.MetricAsync(pair.Server.Manager, "libprocess/tls/handshakes_timed_out").Result, Is.GreaterThanOrEqualTo(1).After(20_000, 5));
    }

    [Test]
    public async Task How_long_the_certificate_is_good_for_is_a_metric()
    {
        TlsOptions tls = authority.Issue();
        await using var pair = new TlsPair(tls, tls);
        double left = await TlsPair.MetricAsync(pair.Client.Manager, "libprocess/tls/certificate_expires_secs");
        Assert.That(left, Is.EqualTo((TestAuthority.Until - pair.Client.Clock.GetUtcNow()).TotalSeconds).Within(1));
    }

    [Test]
    public void A_node_does_not_start_with_files_it_cannot_use()
    {
        TlsOptions tls = authority.Issue();
        using var other = System.Security.Cryptography.RSA.Create(2048);
        string foreign = authority.Write("foreign.key", other.ExportPkcs8PrivateKeyPem());
        string locked = authority.Write("locked.key", other.ExportEncryptedPkcs8PrivateKeyPem("secret",
            new(System.Security.Cryptography.PbeEncryptionAlgorithm.Aes128Cbc, System.Security.Cryptography.HashAlgorithmName.SHA256, 10)));
        string empty = authority.Write("empty.pem", "nothing");
        Assert.Multiple(() =>
        {
            Refused(tls with { CertificateFile = "/nowhere.pem" }, "LIBPROCESS_SSL_CERT_FILE=/nowhere.pem is not valid: it cannot be read");
            Refused(tls with { CertificateFile = empty }, $"LIBPROCESS_SSL_CERT_FILE={empty} is not valid: it holds no certificate");
            Refused(tls with { KeyFile = empty }, $"LIBPROCESS_SSL_KEY_FILE={empty} is not valid: it holds no private key");
            Refused(tls with { KeyFile = foreign }, $"LIBPROCESS_SSL_KEY_FILE={foreign} is not valid: its key does not belong");
            Refused(tls with { KeyFile = locked }, $"LIBPROCESS_SSL_KEY_FILE={locked} is not valid: the private key is encrypted");
            Refused(tls with { CaFile = empty, VerifyServerCertificate = true }, $"LIBPROCESS_SSL_CA_FILE={empty} is not valid");
            Refused(tls with { CaDirectory = "/nowhere", VerifyServerCertificate = true }, "LIBPROCESS_SSL_CA_DIR=/nowhere is not valid");
            Refused(tls with { Ciphers = "RC4-SHA" }, "LIBPROCESS_SSL_CIPHERS=RC4-SHA is not valid: it leaves no cipher suite");
        });

        static void Refused(TlsOptions options, string message) => Assert.That(
            () => ProcessManager.Start(new ProcessManagerOptions { Tls = options }),
            Throws.InstanceOf<ProcessEnvironmentException>().With.Message.StartsWith(message).And.Message.Not.Contains("\n"));
    }
}
