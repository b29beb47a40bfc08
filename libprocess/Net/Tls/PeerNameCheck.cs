using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LibProcess.Net.Tls;

/// <summary>Whether a certificate belongs to the peer that shows it. Every function answers null, or what is wrong.</summary>
/// <remarks>Upstream: <c>verify</c> and <c>configure_socket</c> in 3rdparty/libprocess/src/openssl.cpp.</remarks>
internal static class PeerNameCheck
{
    /// <summary>The legacy scheme.</summary>
    /// <param name="certificate">What the peer shows.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="name">The name that belongs to the address, or null where it is not known.</param>
    /// <param name="options">What is allowed.</param>
    public static string? Legacy(X509Certificate2 certificate, IPAddress address, string? name, TlsOptions options)
    {
        if (name is null && !options.VerifyIpAddress)
        {
            return options.RequireClientCertificate ? $"no name belongs to the address {address}" : null;
        }

        CertificateNames names;
        try
        {
            names = CertificateNames.Of(certificate);
        }
        catch (CryptographicException exception)
        {
            return $"the certificate cannot be read: {exception.Message}";
        }

        foreach (string dnsName in names.DnsNames)
        {
            if (name is not null && dnsName.Contains('\0', StringComparison.Ordinal))
            {
                return "the certificate is malformed: a name in it contains a NUL character";
            }

            if (dnsName == name)
            {
                return null;
            }
        }

        if (options.VerifyIpAddress && names.Addresses.Contains(address))
        {
            return null;
        }

        return name is not null && names.CommonName == name
            ? null
            : $"the certificate does not name {Describe(name, address, options)}; it is for {Describe(names)}";
    }

    /// <summary>The scheme <c>openssl</c>, for the client.</summary>
    /// <param name="certificate">What the peer shows.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="host">The name under which this node connects to it, or null.</param>
    /// <param name="options">What is allowed.</param>
    public static string? OpenSsl(X509Certificate2 certificate, IPAddress address, string? host, TlsOptions options)
    {
        if (host is null && !options.VerifyIpAddress)
        {
            return $"{address} was given without a host name, and LIBPROCESS_SSL_VERIFY_IPADD does not allow to check the address";
        }

        bool matches;
        try
        {
            matches = host is null
                ? certificate.MatchesHostname(address.ToString(), allowWildcards: false, allowCommonName: false)
                : certificate.MatchesHostname(host);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            return $"the certificate cannot be compared with {host ?? address.ToString()}: {exception.Message}";
        }

        return matches ? null : $"the certificate is not for {host ?? address.ToString()}";
    }

    /// <summary>Whether more authorities stand between a certificate and its root than allowed.</summary>
    /// <param name="elements">Certificates of the chain, its end and its root included.</param>
    /// <param name="allowed">See <see cref="TlsOptions.VerificationDepth"/>.</param>
    public static string? Depth(int elements, int allowed) =>
        elements - 2 > allowed ? $"{elements - 2} authorities stand between the certificate and its root, {allowed} are allowed" : null;

    private static string Describe(string? name, IPAddress address, TlsOptions options) =>
        name is null ? address.ToString() : options.VerifyIpAddress ? $"{name} or {address}" : name;

    private static string Describe(CertificateNames names) =>
        string.Join(", ", [.. names.DnsNames, .. names.Addresses.Select(address => address.ToString()), names.CommonName ?? "nobody"]);
}
