using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LibProcess.Net.Tls;

namespace LibProcess.Tests.Net.Tls;

/// <summary>A certificate authority of one test, with a directory for the files it makes.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset From = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Until = new(2044, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Keys are dear; who shares one does not matter to these tests.
    private static readonly Lazy<RSA> AuthorityKey = new(() => RSA.Create(2048));
    private static readonly Lazy<RSA> NodeKey = new(() => RSA.Create(2048));

    private readonly X509Certificate2 root;
    private int serial;

    public TestAuthority(string name = "Test Root")
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("tls-test-").FullName;
        root = Authority(name, issuer: null);
        RootFile = Write("root.pem", root.ExportCertificatePem());
    }

    public string Directory { get; }

    public string RootFile { get; }

    /// <summary>Files for a node with a certificate made out for <paramref name="names"/>: host names and addresses.</summary>
    public TlsOptions Issue(
        string commonName = "node", string[]? names = null, int intermediates = 0, DateTimeOffset? until = null, string? file = null, RSA? key = null)
    {
        X509Certificate2 issuer = root;
        List<string> chain = [];
        for (int i = 0; i < intermediates; i++)
        {
            issuer = Authority($"Intermediate {i}", issuer);
            chain.Insert(0, issuer.ExportCertificatePem());
        }

        key ??= NodeKey.Value;
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        if (names is { Length: > 0 })
        {
            var san = new SubjectAlternativeNameBuilder();
            foreach (string name in names)
            {
                if (IPAddress.TryParse(name, out IPAddress? address))
                {
                    san.AddIpAddress(address);
                }
                else
                {
                    san.AddDnsName(name);
                }
            }

            request.CertificateExtensions.Add(san.Build());
        }

        using X509Certificate2 certificate = request.Create(issuer, From, until ?? Until, Serial());
        file ??= "node" + serial.ToString(CultureInfo.InvariantCulture);
        return new TlsOptions
        {
            CertificateFile = Write(file + ".pem", string.Join('\n', [certificate.ExportCertificatePem(), .. chain])),
            KeyFile = Write(file + ".key", key.ExportPkcs8PrivateKeyPem()),
        };
    }

    public string Write(string name, string text)
    {
        string path = Path.Combine(Directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        root.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private X509Certificate2 Authority(string name, X509Certificate2? issuer)
    {
        var request = new CertificateRequest($"CN={name}", AuthorityKey.Value, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return issuer is null
            ? request.CreateSelfSigned(From, Until)
            : request.Create(issuer, From, Until, Serial()).CopyWithPrivateKey(AuthorityKey.Value);
    }

    private byte[] Serial() => [1, (byte)(++serial >> 8), (byte)serial];
}
