using LibProcess.Net.Tls;

namespace LibProcess.Tests.Net.Tls;

/// <summary>What certificates peers must show, flag by flag.</summary>
[CancelAfter(60_000)]
public class TlsVerificationTests
{
    private TestAuthority authority = null!;
    private TestAuthority stranger = null!;

    [OneTimeSetUp]
    public void MakeAuthorities() => (authority, stranger) = (new TestAuthority(), new TestAuthority("Stranger"));

    [OneTimeTearDown]
    public void RemoveAuthorities()
    {
        authority.Dispose();
        stranger.Dispose();
    }

    [Test]
    public async Task Without_flags_any_certificate_is_accepted()
    {
        await using var pair = new TlsPair(stranger.Issue("one"), authority.Issue("two"));
        Assert.That(await pair.TalkAsync(), Is.True);
    }

    [TestCase(true, true, TestName = "A_server_with_a_trusted_certificate_is_accepted")]
    [TestCase(false, false, TestName = "A_server_with_a_certificate_of_a_stranger_is_refused")]
    public async Task Servers(bool isTrusted, bool expected)
    {
        TlsOptions client = Verifying(authority.Issue(), "localhost");
        await using var pair = new TlsPair(client, (isTrusted ? authority : stranger).Issue("localhost"));
        Assert.That(await pair.TalkAsync(), Is.EqualTo(expected));
        Assert.That(pair.ClientLog.Messages.Any(line => line.Contains("does not verify", StringComparison.Ordinal)), Is.EqualTo(!expected));
    }

    [TestCase(true, true, TestName = "A_client_with_a_trusted_certificate_is_accepted")]
    [TestCase(false, false, TestName = "A_client_with_a_certificate_of_a_stranger_is_refused")]
    public async Task Clients(bool isTrusted, bool expected)
    {
        TlsOptions server = authority.Issue() with { RequireClientCertificate = true, CaFile = authority.RootFile, Names = new TlsPair.FixedName("localhost") };
        await using var pair = new TlsPair((isTrusted ? authority : stranger).Issue("localhost"), server);
        Assert.That(await pair.TalkAsync(), Is.EqualTo(expected));
    }

    [Test]
    public async Task Who_requires_certificates_of_clients_verifies_servers_too()
    {
        TlsOptions client = authority.Issue() with { RequireClientCertificate = true, CaFile = authority.RootFile, Names = new TlsPair.FixedName("localhost") };
        await using var pair = new TlsPair(client, stranger.Issue("localhost"));
        Assert.That(await pair.TalkAsync(), Is.False);
    }

    [TestCase("localhost", "localhost", new string[0], false, true, TestName = "Legacy_the_common_name_is_compared")]
    [TestCase("localhost", "x", new[] { "a", "localhost" }, false, true, TestName = "Legacy_the_names_are_compared")]
    [TestCase("localhost", "x", new[] { "*", "local*" }, false, false, TestName = "Legacy_wildcards_do_not_count")]
    [TestCase("LOCALHOST", "localhost", new string[0], false, false, TestName = "Legacy_case_counts")]
    [TestCase("localhost", "x", new[] { "127.0.0.1" }, false, false, TestName = "Legacy_addresses_do_not_count_unless_allowed")]
    [TestCase("localhost", "x", new[] { "127.0.0.1" }, true, true, TestName = "Legacy_addresses_count_where_allowed")]
    [TestCase("localhost", "x", new[] { "127.0.0.2" }, true, false, TestName = "Legacy_another_address_does_not_count")]
    [TestCase(null, "x", new[] { "127.0.0.1" }, true, true, TestName = "Legacy_addresses_count_without_a_name_where_allowed")]
    [TestCase(null, "x", new string[0], true, false, TestName = "Legacy_without_a_name_and_an_address_nothing_is_verified")]
    [TestCase(null, "x", new string[0], false, true, TestName = "Legacy_unknown_names_pass_where_only_servers_are_verified")]
    public async Task Legacy(string? name, string commonName, string[] names, bool verifyAddress, bool expected)
    {
        TlsOptions client = Verifying(authority.Issue(), name) with { VerifyIpAddress = verifyAddress };
        await using var pair = new TlsPair(client, authority.Issue(commonName, names));
        Assert.That(await pair.TalkAsync(host: "ignored"), Is.EqualTo(expected));
    }

    [Test]
    public async Task Legacy_unknown_names_are_refused_where_clients_are_verified()
    {
        TlsOptions client = authority.Issue() with { RequireClientCertificate = true, CaFile = authority.RootFile, Names = new TlsPair.FixedName(null) };
        await using var pair = new TlsPair(client, authority.Issue("localhost"));
        Assert.That(await pair.TalkAsync(), Is.False);
    }

    [TestCase("node.test", new[] { "node.test" }, false, true, TestName = "OpenSsl_the_name_of_the_upid_is_compared")]
    [TestCase("node.test", new[] { "*.test" }, false, true, TestName = "OpenSsl_wildcards_count")]
    [TestCase("node.test", new[] { "other.test" }, false, false, TestName = "OpenSsl_another_name_is_refused")]
    [TestCase("node.test", new[] { "127.0.0.1" }, true, false, TestName = "OpenSsl_an_address_does_not_stand_for_a_name")]
    [TestCase(null, new[] { "127.0.0.1" }, true, true, TestName = "OpenSsl_without_a_name_the_address_is_compared")]
    [TestCase(null, new[] { "127.0.0.2" }, true, false, TestName = "OpenSsl_another_address_is_refused")]
    [TestCase(null, new[] { "127.0.0.1" }, false, false, TestName = "OpenSsl_connecting_by_address_needs_leave")]
    public async Task OpenSsl(string? host, string[] names, bool verifyAddress, bool expected)
    {
        TlsOptions client = Verifying(authority.Issue(), "unused") with { HostnameValidation = HostnameValidation.OpenSsl, VerifyIpAddress = verifyAddress };
        await using var pair = new TlsPair(client, authority.Issue("x", names));
        Assert.That(await pair.TalkAsync(host), Is.EqualTo(expected));
    }

    [Test]
    public async Task OpenSsl_servers_do_not_compare_the_names_of_clients()
    {
        TlsOptions server = authority.Issue("server") with
        {
            RequireClientCertificate = true, CaFile = authority.RootFile, HostnameValidation = HostnameValidation.OpenSsl,
        };
        await using var pair = new TlsPair(authority.Issue("whoever"), server);
        Assert.That(await pair.TalkAsync(), Is.True);
    }

    [TestCase(4, 4, true)]
    [TestCase(4, 3, false)]
    [TestCase(0, 0, true)]
    [TestCase(1, 0, false)]
    public async Task The_chain_may_have_as_many_authorities_between_as_the_depth(int intermediates, int depth, bool expected)
    {
        TlsOptions client = Verifying(authority.Issue(), "localhost") with { VerificationDepth = depth };
        await using var pair = new TlsPair(client, authority.Issue("localhost", intermediates: intermediates));
        Assert.That(await pair.TalkAsync(), Is.EqualTo(expected));
    }

    [Test]
    public async Task An_expired_certificate_is_refused()
    {
        TlsOptions client = Verifying(authority.Issue(), "localhost");
        await using var pair = new TlsPair(client, authority.Issue("localhost", until: new DateTimeOffset(2025, 12, 31, 0, 0, 0, TimeSpan.Zero)));
        Assert.That(await pair.TalkAsync(), Is.False);
    }

    [TestCase("0a1b2c3d.0")]
    [TestCase("any.pem")]
    public async Task Roots_can_lie_in_a_directory(string file)
    {
        string directory = Path.Combine(authority.Directory, "ca-" + file);
        Directory.CreateDirectory(directory);
        File.Copy(authority.RootFile, Path.Combine(directory, file));
        TlsOptions client = Verifying(authority.Issue(), "localhost") with { CaFile = null, CaDirectory = directory };
        await using var pair = new TlsPair(client, authority.Issue("localhost"));
        Assert.That(await pair.TalkAsync(), Is.True);
    }

    [Test]
    public async Task Without_file_and_directory_the_roots_of_the_system_count()
    {
        TlsOptions client = Verifying(authority.Issue(), "localhost") with { CaFile = null };
        await using var pair = new TlsPair(client, authority.Issue("localhost"));
        Assert.That(await pair.TalkAsync(), Is.False);
    }

    private TlsOptions Verifying(TlsOptions options, string? name) =>
        options with { VerifyServerCertificate = true, CaFile = authority.RootFile, Names = new TlsPair.FixedName(name) };
}
