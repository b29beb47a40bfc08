using System.Buffers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LibProcess.Processes;

namespace LibProcess.Net.Tls;

/// <summary>What the files of a node hold: its own certificate with the chain, and whom it trusts.</summary>
/// <param name="Own">The certificate, its key and the chain.</param>
/// <param name="Trusted">Trusted roots and what came along; null where those of the system count, or nobody is verified.</param>
/// <param name="Expires">When the first certificate this node shows expires.</param>
internal sealed record TlsCredentials(SslStreamCertificateContext Own, X509Certificate2Collection? Trusted, DateTimeOffset Expires)
{
    private const string CertificateVariable = "LIBPROCESS_SSL_CERT_FILE";
    private const string KeyVariable = "LIBPROCESS_SSL_KEY_FILE";
    private const string AuthorityVariable = "LIBPROCESS_SSL_CA_FILE";
    private const string DirectoryVariable = "LIBPROCESS_SSL_CA_DIR";
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <exception cref="ProcessEnvironmentException">A file cannot be used; the message names it.</exception>
    public static TlsCredentials Load(TlsOptions options)
    {
        X509Certificate2Collection chain = ReadCertificates(CertificateVariable, options.CertificateFile);
        X509Certificate2 own = WithKey(chain[0], options);
        DateTime expires = chain.Min(certificate => certificate.NotAfter);
        chain.RemoveAt(0);
        return new TlsCredentials(
            SslStreamCertificateContext.Create(own, chain, offline: true), ReadTrusted(options), new DateTimeOffset(expires).ToUniversalTime());
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate, TlsOptions options)
    {
        string pem = ReadText(KeyVariable, options.KeyFile);
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw Wrong(KeyVariable, options.KeyFile, "the private key is encrypted", "a PEM file with a private key that is not encrypted");
        }

        const string Expected = "a PEM file with the RSA or elliptic curve key of the certificate";
        try
        {
            switch (certificate.GetKeyAlgorithm())
            {
                case "1.2.840.113549.1.1.1":
                    using (RSA rsa = RSA.Create())
                    {
                        rsa.ImportFromPem(pem);
                        return certificate.CopyWithPrivateKey(rsa);
                    }

                case "1.2.840.10045.2.1":
                    using (ECDsa curve = ECDsa.Create())
                    {
                        curve.ImportFromPem(pem);
                        return certificate.CopyWithPrivateKey(curve);
                    }

                default:
                    throw Wrong(CertificateVariable, options.CertificateFile, "its key is of another kind", "a certificate with an RSA or elliptic curve key");
            }
        }
        catch (ArgumentException exception)
        {
            bool isMismatch = pem.Contains("PRIVATE KEY", StringComparison.Ordinal);
            throw Wrong(KeyVariable, options.KeyFile, isMismatch ? $"its key does not belong to {options.CertificateFile}" : "it holds no private key", Expected, exception);
        }
        catch (CryptographicException exception)
        {
            throw Wrong(KeyVariable, options.KeyFile, $"its key cannot be read or does not belong to {options.CertificateFile}", Expected, exception);
        }
    }

    private static X509Certificate2Collection? ReadTrusted(TlsOptions options)
    {
        bool verifies = options.VerifyServerCertificate || options.RequireClientCertificate;
        if (!verifies || (options.CaFile is null && options.CaDirectory is null))
        {
            return null;
        }

        var trusted = new X509Certificate2Collection();
        if (options.CaFile is { } file)
        {
            trusted.AddRange(ReadCertificates(AuthorityVariable, file));
        }

        if (options.CaDirectory is { } directory)
        {
            ReadDirectory(directory, trusted);
        }

        return trusted;
    }

    private static void ReadDirectory(string directory, X509Certificate2Collection trusted)
    {
        string[] files;
        try
        {
            files = Directory.GetFiles(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Wrong(DirectoryVariable, directory, exception.Message, "a directory of PEM files with trusted roots", exception);
        }

        string[] hashed = Array.FindAll(files, static file => IsHashName(Path.GetFileName(file.AsSpan())));
        string[] chosen = hashed.Length > 0 ? hashed : Array.FindAll(files, static file => Path.GetExtension(file) is ".pem" or ".crt" or ".cer");
        foreach (string file in chosen)
        {
            try
            {
                trusted.ImportFromPemFile(file);
            }
            catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
            {
                // OpenSSL too passes over what it cannot read in a directory.
            }
        }
    }

    /// <summary>Eight hexadecimal digits, a dot, and a number.</summary>
    private static bool IsHashName(ReadOnlySpan<char> name) =>
        name.Length > 9 && name[8] == '.' && !name[..8].ContainsAnyExcept(HexDigits) && !name[9..].ContainsAnyExceptInRange('0', '9');

    private static X509Certificate2Collection ReadCertificates(string variable, string file)
    {
        var found = new X509Certificate2Collection();
        const string Expected = "a PEM file with certificates";
        string text = ReadText(variable, file);
        try
        {
            found.ImportFromPem(text);
        }
        catch (CryptographicException exception)
        {
            throw Wrong(variable, file, "a certificate in it cannot be read", Expected, exception);
        }

        return found.Count > 0 ? found : throw Wrong(variable, file, "it holds no certificate", Expected);
    }

    private static string ReadText(string variable, string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Wrong(variable, file, $"it cannot be read ({exception.Message})", "the path of a PEM file", exception);
        }
    }

    private static ProcessEnvironmentException Wrong(string variable, string value, string problem, string expected, Exception? inner = null) =>
        new($"{variable}={value} is not valid: {problem}; expecting {expected}", inner);
}
