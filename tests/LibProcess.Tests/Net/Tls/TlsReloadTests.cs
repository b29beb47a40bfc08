using System.Security.Cryptography.X509Certificates;
using LibProcess.Net.Tls;
using LibProcess.Testing;

namespace LibProcess.Tests.Net.Tls;

/// <summary>Certificates are exchanged while the node runs.</summary>
[CancelAfter(60_000)]
public class TlsReloadTests
{
    [Test]
    public async Task New_files_are_used_from_the_next_second_on_and_broken_ones_are_not()
    {
        using var authority = new TestAuthority();
        TlsOptions server = authority.Issue("before", file: "node");
        TlsOptions client = authority.Issue("client") with { VerifyServerCertificate = true, CaFile = authority.RootFile, Names = new TlsPair.FixedName("after") };
        var clock = new VirtualClock();

        Assert.That(await TalkAfterAsync(() => { }), Is.False);
        Assert.That(await TalkAfterAsync(() => authority.Issue("after with a longer name", file: "node")), Is.False);
        Assert.That(await TalkAfterAsync(() => authority.Issue("after", file: "node")), Is.True);

        async Task<bool> TalkAfterAsync(Action change)
        {
            server = authority.Issue("before", file: "node");
            await using var pair = new TlsPair(client, server, clock);
            change();
            clock.Advance(TimeSpan.FromSeconds(1));
            return await pair.TalkAsync();
        }
    }

    [Test]
    public void A_broken_file_leaves_the_old_certificate_and_is_told_once()
    {
        using var authority = new TestAuthority();
        TlsOptions options = authority.Issue("before", file: "node");
        var clock = new VirtualClock();
        var log = new Diagnostics.RecordingLoggerFactory();
        var events = new TlsEvents(new LibProcess.Metrics.MetricsRegistry(clock), log);
        var store = new CredentialStore(options, events, clock);
        TlsCredentials first = store.Current();

        authority.Write("node.pem", "broken");
        Assert.That(store.Current(), Is.SameAs(first), "within the second nobody looks");
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(store.Current(), Is.SameAs(first));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(store.Current(), Is.SameAs(first));
        Assert.That(events.ReloadsFailed.Value, Is.EqualTo(1));
        Assert.That(log.Messages.Count(line => line.Contains("LIBPROCESS_SSL_CERT_FILE", StringComparison.Ordinal)), Is.EqualTo(1));

        authority.Issue("after", file: "node");
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That(store.Current().Own.TargetCertificate.GetNameInfo(X509NameType.SimpleName, false), Is.EqualTo("after"));
        Assert.That(events.Reloads.Value, Is.EqualTo(1));
    }
}
