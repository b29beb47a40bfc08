using LibProcess.Addressing;
using LibProcess.Http.Client;
using LibProcess.Net.Tls;
using LibProcess.Tests.Net.Tls;

namespace LibProcess.Tests.Http.Client;

/// <summary>The scheme of the URL decides about TLS.</summary>
[CancelAfter(60_000)]
public sealed class HttpsTests
{
    private TestAuthority authority = null!;

    [SetUp]
    public void MakeAuthority() => authority = new TestAuthority();

    [TearDown]
    public void RemoveAuthority() => authority.Dispose();

    [Test]
    public async Task Https_is_spoken_with_a_node_that_has_tls_and_http_is_not()
    {
        TlsOptions tls = authority.Issue();
        await using var pair = new TlsPair(tls, tls);
        NetworkAddress address = pair.Server.Manager.Address;
        Assert.That((await pair.Client.Manager.Http.GetAsync(HttpUrl.Parse($"https://{address}/system/stats.json"))).Text, Does.StartWith("{"));
        Assert.That(async () => await pair.Client.Manager.Http.GetAsync(HttpUrl.Parse($"http://{address}/system/stats.json")), Throws.InstanceOf<HttpClientException>());
    }

    [Test]
    public async Task Https_never_falls_back_to_clear_text()
    {
        await using var pair = new TlsPair(authority.Issue() with { SupportDowngrade = true }, null);
        NetworkAddress address = pair.Server.Manager.Address;
        Assert.That(await pair.TalkAsync(), Is.True);
        Assert.That((await pair.Client.Manager.Http.GetAsync(HttpUrl.Parse($"http://{address}/system/stats.json"))).Status, Is.EqualTo(200));
        Assert.That(
            async () => await pair.Client.Manager.Http.GetAsync(HttpUrl.Parse($"https://{address}/system/stats.json")),
            Throws.InstanceOf<HttpClientException>().With.Property(nameof(HttpClientException.Error)).EqualTo(HttpClientError.Unreachable));
    }

    [Test]
    public async Task Https_needs_a_node_with_tls()
    {
        await using var pair = new TlsPair(null, null);
        Assert.That(
            async () => await pair.Client.Manager.Http.GetAsync(HttpUrl.Parse($"https://{pair.Server.Manager.Address}/")),
            Throws.InstanceOf<NotSupportedException>());
    }
}
