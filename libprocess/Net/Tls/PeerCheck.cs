using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace LibProcess.Net.Tls;

/// <summary>Whether the peer of one handshake is who it should be.</summary>
/// <param name="options">What is asked for.</param>
/// <param name="address">Where the peer is.</param>
/// <param name="host">The name under which it is known, or null.</param>
/// <param name="isServer">Whether this node plays the server.</param>
internal sealed class PeerCheck(TlsOptions options, IPAddress address, string? host, bool isServer)
{
    /// <summary>Whether the peer must show a certificate that verifies.</summary>
    public bool IsRequired { get; } = options.RequireClientCertificate || (!isServer && options.VerifyServerCertificate);

    /// <summary>What was wrong with its certificate, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>The part that belongs into the handshake.</summary>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Problem = IsRequired ? Find(certificate as X509Certificate2, chain, errors) : null;
        return Problem is null;
    }

    /// <summary>The part that follows the handshake.</summary>
    /// <returns>What is wrong, or null.</returns>
    public async ValueTask<string?> NameAsync(SslStream tls, IReverseResolver names, CancellationToken cancellation)
    {
        if (!IsRequired || options.HostnameValidation != HostnameValidation.Legacy)
        {
            return null;
        }

        if (tls.RemoteCertificate is not X509Certificate2 certificate)
        {
            return Problem = "the peer shows no certificate";
        }

        string? name = await names.FindNameAsync(address, cancellation).ConfigureAwait(false);
        return Problem = PeerNameCheck.Legacy(certificate, address, name, options);
    }

    private string? Find(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || chain is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "the peer shows no certificate";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            string reasons = string.Join("; ", chain.ChainStatus.Select(status => status.StatusInformation.Trim()));
            return $"the certificate of {certificate.Subject} does not verify: {reasons}";
        }

        if (PeerNameCheck.Depth(chain.ChainElements.Count, options.VerificationDepth) is { } tooDeep)
        {
            return tooDeep;
        }

        // The scheme of OpenSSL checks servers only.
        return options.HostnameValidation == HostnameValidation.OpenSsl && !isServer
            ? PeerNameCheck.OpenSsl(certificate, address, host, options)
            : null;
    }
}
