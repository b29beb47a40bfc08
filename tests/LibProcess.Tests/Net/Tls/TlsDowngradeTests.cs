using LibProcess.Http.Client;
using LibProcess.Net.Tls;
using LibProcess.Testing;
using LibProcess.Tests.Processes;

namespace LibProcess.Tests.Net.Tls;

/// <summary>Connections in clear beside TLS, where that is allowed.</summary>
[CancelAfter(60_000)]
public class TlsDowngradeTests
{
    private TestAuthority authority = null!;

    [OneTimeSetUp]
    public void MakeAuthority() => authority = new TestAuthority();

    [OneTimeTearDown]
    public void RemoveAuthority() => authority.Dispose();

    [Test]
    public async Task A_server_takes_clients_in_clear_and_with_tls_on_one_port()
    {
        TlsOptions tls = authority.Issue();
        await using var inClear = new TlsPair(client: null, tls with { SupportDowngrade = true });
        Assert.That(await inClear.TalkAsync(), Is.True);
        Assert.That(await TlsPair.MetricAsync(inClear.Server.Manager, "libprocess/tls/downgraded_accepts"), Is.EqualTo(1));
        await using var encrypted = new TlsPair(tls, tls with { SupportDowngrade = true });
        Assert.That(await encrypted.TalkAsync(), Is.True);
        Assert.That(await TlsPair.MetricAsync(encrypted.Server.Manager, "libprocess/tls/downgraded_accepts"), Is.Zero);
    }

    [Test]
    public async Task A_client_tries_again_in_clear_where_tls_fails()
    {
        await using var pair = new TlsPair(authority.Issue() with { SupportDowngrade = true }, server: null);
        Assert.That(await pair.TalkAsync(), Is.True);
        Assert.That(await TlsPair.MetricAsync(pair.Client.Manager, "libprocess/tls/downgraded_connects"), Is.EqualTo(1));
    }

    [Test]
    public async Task Not_a_byte_of_a_client_in_clear_is_lost_however_it_comes()
    {
        await using var node = new TestNode(configure: options => options with { Tls = authority.Issue() with { SupportDowngrade = true } });
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        foreach (char letter in "GET /nosuch HTTP/1.1\r\n\r\n")
        {
            await client.SendAsync(letter.ToString());
        }

        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 404 Not Found\r\n"));
    }

    [Test]
    public async Task A_client_in_clear_may_be_silent_for_as_long_as_it_likes()
    {
        await using var node = new TestNode(configure: options => options with { Tls = authority.Issue() with { SupportDowngrade = true } });
        using RawClient client = await RawClient.ConnectAsync(node.Manager.Address);
        while (await TlsPair.MetricAsync(node.Manager, "libprocess/tls/handshakes_pending") < 1)
        {
            await Task.Delay(1);
        }

        await node.AdvanceAsync(TimeSpan.FromDays(1));
        await client.SendAsync("GET /nosuch HTTP/1.1\r\n\r\n");
        Assert.That(await client.ReadAnswerAsync(), Does.StartWith("HTTP/1.1 404 Not Found\r\n"));
    }

    [Test]
    public async Task Https_is_answered_over_tls_and_never_falls_back_to_clear()
    {
        await using var pair = new TlsPair(authority.Issue() with { SupportDowngrade = true }, authority.Issue());
        HttpUrl url = HttpUrl.Parse($"https://127.0.0.1:{pair.Server.Manager.Address.Port}/nosuch");
        Assert.That((await pair.Client.Manager.Http.GetAsync(url)).Status, Is.EqualTo(404));
        await using var inClear = new TlsPair(authority.Issue() with { SupportDowngrade = true }, server: null);
        HttpUrl other = HttpUrl.Parse($"https://127.0.0.1:{inClear.Server.Manager.Address.Port}/nosuch");
        Assert.That(async () => await inClear.Client.Manager.Http.GetAsync(other), Throws.InstanceOf<HttpClientException>());
        Assert.That(await TlsPair.MetricAsync(inClear.Client.Manager, "libprocess/tls/downgraded_connects"), Is.Zero);
    }

    [TestCase(new byte[] { 0x16, 3, 1, 2, 0, 1 }, true)]
    [TestCase(new byte[] { 0x16, 3, 3, 0, 200, 1 }, true)]
    [TestCase(new byte[] { 0x16, 3, 1, 2, 0, 2 }, false)]
    [TestCase(new byte[] { 0x16, 2, 1, 2, 0, 1 }, false)]
    [TestCase(new byte[] { 0x80, 46, 1, 3, 1, 0 }, true)]
    [TestCase(new byte[] { 0x80, 46, 2, 3, 1, 0 }, false)]
    [TestCase(new byte[] { (byte)'P', (byte)'O', (byte)'S', (byte)'T', (byte)' ', (byte)'/' }, false)]
    [TestCase(new byte[] { (byte)'P' }, false)]
    [TestCase(new byte[] { 0x16, 3, 1, 2, 0 }, null)]
    [TestCase(new byte[] { }, null)]
    public void Six_bytes_tell_tls(byte[] start, bool? expected) => Assert.That(ClientGreeting.IsTls(start), Is.EqualTo(expected));
}
