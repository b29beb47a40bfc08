using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace LibProcess.Net.Tls;

/// <summary>Whom a certificate names, as it stands there.</summary>
/// <param name="DnsNames">The <c>dNSName</c> entries of its subject alternative name, unchanged.</param>
/// <param name="Addresses">The IPv4 <c>iPAddress</c> entries.</param>
/// <param name="CommonName">The first common name of its subject, or null.</param>
internal sealed record CertificateNames(IReadOnlyList<string> DnsNames, IReadOnlyList<IPAddress> Addresses, string? CommonName)
{
    private const string SubjectAlternativeName = "2.5.29.17";
    private const string CommonNameAttribute = "2.5.4.3";
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag IpAddress = new(TagClass.ContextSpecific, 7);

    /// <exception cref="CryptographicException">The certificate is malformed.</exception>
    public static CertificateNames Of(X509Certificate2 certificate)
    {
        List<string> names = [];
        List<IPAddress> addresses = [];
        try
        {
            if (certificate.Extensions[SubjectAlternativeName] is { } extension)
            {
                AsnReader entries = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
                while (entries.HasData)
                {
                    Read(entries, names, addresses);
                }
            }
        }
        catch (AsnContentException exception)
        {
            throw new CryptographicException("its subject alternative name is malformed", exception);
        }

        return new CertificateNames(names, addresses, FindCommonName(certificate));
    }

    private static void Read(AsnReader entries, List<string> names, List<IPAddress> addresses)
    {
        Asn1Tag tag = entries.PeekTag();
        if (tag.HasSameClassAndValue(DnsName))
        {
            names.Add(Encoding.Latin1.GetString(entries.ReadOctetString(DnsName)));
        }
        else if (tag.HasSameClassAndValue(IpAddress))
        {
            byte[] address = entries.ReadOctetString(IpAddress);
            if (address.Length == 4)
            {
                addresses.Add(new IPAddress(address));
            }
        }
        else
        {
            entries.ReadEncodedValue();
        }
    }

    private static string? FindCommonName(X509Certificate2 certificate)
    {
        foreach (X500RelativeDistinguishedName part in certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false))
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == CommonNameAttribute)
            {
                return part.GetSingleElementValue();
            }
        }

        return null;
    }
}
