using System.Security.Authentication;

namespace LibProcess.Net.Tls;

/// <summary>
/// How a node speaks TLS: with these, everything it accepts and opens is TLS, on the port it would have anyway. The environment
/// form is read by <see cref="Processes.ProcessEnvironment"/>.
/// </summary>
/// <remarks>
/// Upstream: <c>Flags</c> in 3rdparty/libprocess/src/openssl.cpp and docs/ssl.md. The certificate, its key and the trusted
/// authorities are read again when their files change, without a restart; a change that cannot be used leaves what was there.
/// Sessions are not resumed.
/// </remarks>
public sealed record TlsOptions
{
    /// <summary>The cipher suites of <see cref="Ciphers"/> where none are named: those of the original.</summary>
    public const string DefaultCiphers =
        "AES128-SHA:AES256-SHA:RC4-SHA:DHE-RSA-AES128-SHA:DHE-DSS-AES128-SHA:DHE-RSA-AES256-SHA:DHE-DSS-AES256-SHA";

    /// <summary>A PEM file: the certificate of the node, then those of the authorities between it and the root. <c>CERT_FILE</c>.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>A PEM file with the private key, not encrypted; RSA or elliptic curve. <c>KEY_FILE</c>.</summary>
    public required string KeyFile { get; init; }

    /// <summary>
    /// Whether clients that do not begin with a TLS greeting are served in clear, and connections on which TLS fails are tried
    /// again in clear. Default: no. Whoever sits on the network can force it; certificates are then no protection.
    /// <c>SUPPORT_DOWNGRADE</c>.
    /// </summary>
    public bool SupportDowngrade { get; init; }

    /// <summary>Whether peers this node connects to must show a certificate it trusts. Default: no. <c>VERIFY_SERVER_CERT</c>.</summary>
    public bool VerifyServerCertificate { get; init; }

    /// <summary>
    /// Whether peers that connect to this node must show a certificate it trusts. Default: no. Implies
    /// <see cref="VerifyServerCertificate"/>. <c>REQUIRE_CLIENT_CERT</c>.
    /// </summary>
    public bool RequireClientCertificate { get; init; }

    /// <summary>Whether a certificate may name its peer by an IP address. Default: no. <c>VERIFY_IPADD</c>.</summary>
    public bool VerifyIpAddress { get; init; }

    /// <summary>The authorities allowed between a certificate and a trusted root. Default: 4. <c>VERIFICATION_DEPTH</c>.</summary>
    public int VerificationDepth { get; init; } = 4;

    /// <summary>
    /// A directory of PEM files with trusted roots, under the hash names OpenSSL gives them; without such names all its
    /// <c>.pem</c>, <c>.crt</c> and <c>.cer</c> files count. Null: none. <c>CA_DIR</c>.
    /// </summary>
    public string? CaDirectory { get; init; }

    /// <summary>
    /// A PEM file with trusted roots, or null. Where neither a file nor a directory is given the roots of the system count.
    /// <c>CA_FILE</c>.
    /// </summary>
    public string? CaFile { get; init; }

    /// <summary>
    /// Cipher suites up to TLS 1.2 as OpenSSL writes them, in the order in which this node prefers them as a server. Names this
    /// machine cannot use are left out with a warning, an error if none is left; TLS 1.3 has suites of its own, which always
    /// count. DHE suites serve connections this node opens. Where the system decides on suites, as on Windows, there is no effect.
    /// <c>CIPHERS</c>.
    /// </summary>
    public string Ciphers { get; init; } = DefaultCiphers;

    /// <summary>How the name of a verified peer is checked. Default: legacy. <c>HOSTNAME_VALIDATION_SCHEME</c>.</summary>
    public HostnameValidation HostnameValidation { get; init; } = HostnameValidation.Legacy;

    /// <summary>
    /// Versions spoken. Default: TLS 1.2 alone. Versions before it allow weak keys and signatures too, for those versions and all
    /// others. <c>ENABLE_TLS_V1_0</c> and so on.
    /// </summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12;

    /// <summary>How long one handshake may take, on the clock of the node. Default: 15 seconds.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Handshakes at a time, in each direction; further ones wait, and their time does not run meanwhile. Default: 256.
    /// </summary>
    public int MaxHandshakes { get; init; } = 256;

    /// <summary>Finds the names of peers for the legacy check. Default: the system's name service.</summary>
    public IReverseResolver? Names { get; init; }
}
