using System.Security.Authentication;
using LibProcess.Net.Tls;
using LibProcess.Processes;
using LibProcess.Tests.Diagnostics;

namespace LibProcess.Tests.Net.Tls;

/// <summary>The variables that begin with SSL_, with and without LIBPROCESS_.</summary>
public class TlsEnvironmentTests
{
    private static readonly string[] Least = ["LIBPROCESS_SSL_ENABLED=true", "LIBPROCESS_SSL_CERT_FILE=/c", "LIBPROCESS_SSL_KEY_FILE=/k"];

    private readonly RecordingLoggerFactory log = new();

    [SetUp]
    public void Clear() => log.Messages.Clear();

    [Test]
    public void Defaults_are_those_of_the_original()
    {
        Assert.That(Read(), Is.Null);
        Assert.That(Read("LIBPROCESS_SSL_ENABLED=false"), Is.Null);
        Assert.That(Read(Least), Is.EqualTo(new TlsOptions
        {
            CertificateFile = "/c",
            KeyFile = "/k",
            SupportDowngrade = false,
            VerifyServerCertificate = false,
            RequireClientCertificate = false,
            VerifyIpAddress = false,
            VerificationDepth = 4,
            CaDirectory = null,
            CaFile = null,
            Ciphers = "AES128-SHA:AES256-SHA:RC4-SHA:DHE-RSA-AES128-SHA:DHE-DSS-AES128-SHA:DHE-RSA-AES256-SHA:DHE-DSS-AES256-SHA",
            HostnameValidation = HostnameValidation.Legacy,
            Protocols = SslProtocols.Tls12,
        }));
    }

    [Test]
    public void Every_variable_is_read_under_both_names([Values("LIBPROCESS_SSL_", "SSL_")] string prefix)
    {
        string[] variables =
        [
            "ENABLED=1", "SUPPORT_DOWNGRADE=true", "CERT_FILE=/cert", "KEY_FILE=/key", "VERIFY_SERVER_CERT=true", "REQUIRE_CLIENT_CERT=1",
            "VERIFY_IPADD=true", "VERIFICATION_DEPTH=2", "CA_DIR=/dir", "CA_FILE=/file", "CIPHERS=AES256-SHA", "ECDH_CURVES=auto",
            "HOSTNAME_VALIDATION_SCHEME=openssl", "ENABLE_TLS_V1_2=false", "ENABLE_TLS_V1_3=true", "ENABLE_TLS_V1_0=0", "ENABLE_TLS_V1_1=false",
            "ENABLE_SSL_V3=false", "VERIFY_CERT=false", "REQUIRE_CERT=false",
        ];
        Assert.That(Read([.. variables.Select(variable => prefix + variable)]), Is.EqualTo(new TlsOptions
        {
            CertificateFile = "/cert",
            KeyFile = "/key",
            SupportDowngrade = true,
            VerifyServerCertificate = true,
            RequireClientCertificate = true,
            VerifyIpAddress = true,
            VerificationDepth = 2,
            CaDirectory = "/dir",
            CaFile = "/file",
            Ciphers = "AES256-SHA",
            HostnameValidation = HostnameValidation.OpenSsl,
            Protocols = SslProtocols.Tls13,
        }));
        Assert.That(log.Messages, Is.Empty);
    }

    [Test]
    public void The_prefixed_name_wins_and_a_mismatch_is_a_warning()
    {
        TlsOptions? options = Read([.. Least, "SSL_CERT_FILE=/other", "SSL_KEY_FILE=/k"]);
        Assert.That(options!.CertificateFile, Is.EqualTo("/c"));
        Assert.That(log.Messages, Is.EqualTo(new[] { "LIBPROCESS_SSL_CERT_FILE=/c counts, although SSL_CERT_FILE=/other says something else" }));
    }

    [Test]
    public void Old_names_of_the_verification_flags_work_with_a_warning()
    {
        TlsOptions? options = Read([.. Least, "LIBPROCESS_SSL_VERIFY_CERT=true", "SSL_REQUIRE_CERT=true"]);
        Assert.That((options!.VerifyServerCertificate, options.RequireClientCertificate), Is.EqualTo((true, true)));
        Assert.That(log.Messages, Has.Count.EqualTo(2).And.Some.Contains("LIBPROCESS_SSL_VERIFY_SERVER_CERT"));
    }

    [Test]
    public void Versions_before_tls_1_2_can_be_asked_for_but_not_ssl_3()
    {
#pragma warning disable SYSLIB0039, CA5397
        const SslProtocols Expected = SslProtocols.Tls | SslProtocols.Tls11 | SslProtocols.Tls12;
#pragma warning restore SYSLIB0039, CA5397
        TlsOptions? options = Read(
            [.. Least, "LIBPROCESS_SSL_ENABLE_TLS_V1_0=true", "LIBPROCESS_SSL_ENABLE_TLS_V1_1=true", "LIBPROCESS_SSL_ENABLE_SSL_V3=true"]);
        Assert.That(options!.Protocols, Is.EqualTo(Expected));
        Assert.That(log.Messages, Has.One.Contains("LIBPROCESS_SSL_ENABLE_SSL_V3 has no effect"));
    }

    [TestCase("LIBPROCESS_SSL_ENABLED=maybe", "is not valid: expecting true or false")]
    [TestCase("SSL_ENABLED=yes", "is not valid: expecting true or false")]
    [TestCase("LIBPROCESS_SSL_VERIFY_IPADD=on", "is not valid: expecting true or false")]
    [TestCase("LIBPROCESS_SSL_VERIFICATION_DEPTH=-1", "is not valid: expecting a number of certificates, 0 or more")]
    [TestCase("LIBPROCESS_SSL_HOSTNAME_VALIDATION_SCHEME=strict", "is not valid: expecting legacy or openssl")]
    [TestCase("LIBPROCESS_SSL_ECDH_CURVES=P-521", "is not valid: expecting auto, because the curves are chosen by the system")]
    [TestCase("LIBPROCESS_SSL_ENABLE_TLS_V1_2=false", "leaves no version of TLS to speak: expecting one of")]
    public void A_value_with_which_a_node_must_not_start_is_named_in_one_sentence(string variable, string problem)
    {
        IEnumerable<string> others = Least.Where(other => !variable.Contains("SSL_ENABLED", StringComparison.Ordinal) || !other.Contains("ENABLED", StringComparison.Ordinal));
        Assert.That(
            () => Read([.. others, variable]),
            Throws.InstanceOf<ProcessEnvironmentException>().With.Message.StartsWith(variable + " " + problem).And.Message.Not.Contains("\n"));
    }

    [TestCase("CERT_FILE")]
    [TestCase("KEY_FILE")]
    public void Certificate_and_key_must_be_given(string missing) => Assert.That(
        () => Read([.. Least.Where(variable => !variable.Contains(missing, StringComparison.Ordinal))]),
        Throws.InstanceOf<ProcessEnvironmentException>().With.Message.StartsWith($"LIBPROCESS_SSL_{missing} is not set, and TLS needs it"));

    private TlsOptions? Read(params string[] variables) => ProcessEnvironment.Read(
        variables.Select(variable => variable.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]),
        new ProcessManagerOptions { LoggerFactory = log }).Tls;
}
