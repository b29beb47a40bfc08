using System.Globalization;
using System.Security.Authentication;
using LibProcess.Processes;
using Microsoft.Extensions.Logging;

namespace LibProcess.Net.Tls;

/// <summary>Reads the <c>LIBPROCESS_SSL_*</c> environment; each variable also counts without <c>LIBPROCESS_</c>.</summary>
/// <remarks>Upstream: <c>reinitialize</c> in 3rdparty/libprocess/src/openssl.cpp.</remarks>
internal sealed partial class TlsEnvironment(IReadOnlyDictionary<string, string> environment, ILogger logger)
{
    private const string Prefix = "LIBPROCESS_SSL_";
    private const string LegacyPrefix = "SSL_";

    /// <returns>Null where TLS is not switched on.</returns>
    /// <exception cref="ProcessEnvironmentException">A variable has a value with which the node must not start.</exception>
    public TlsOptions? Read()
    {
        bool enabled = ReadBoolean("ENABLED");
        bool requireClient = ReadBoolean("REQUIRE_CLIENT_CERT") | ReadOldName("REQUIRE_CERT", "REQUIRE_CLIENT_CERT");
        bool verifyServer = ReadBoolean("VERIFY_SERVER_CERT") | ReadOldName("VERIFY_CERT", "VERIFY_SERVER_CERT");
        bool downgrade = ReadBoolean("SUPPORT_DOWNGRADE");
        bool verifyAddress = ReadBoolean("VERIFY_IPADD");
        int depth = ReadDepth();
        SslProtocols protocols = ReadProtocols(enabled);
        if (!enabled)
        {
            return null;
        }

        RefuseCurves();
        return new TlsOptions
        {
            CertificateFile = ReadRequired("CERT_FILE", "the path of a PEM file with the certificate of this node"),
            KeyFile = ReadRequired("KEY_FILE", "the path of a PEM file with the private key of this node"),
            SupportDowngrade = downgrade,
            VerifyServerCertificate = verifyServer,
            RequireClientCertificate = requireClient,
            VerifyIpAddress = verifyAddress,
            VerificationDepth = depth,
            CaDirectory = Find("CA_DIR"),
            CaFile = Find("CA_FILE"),
            Ciphers = Find("CIPHERS") ?? TlsOptions.DefaultCiphers,
            HostnameValidation = ReadScheme(),
            Protocols = protocols,
        };
    }

    private string? Find(string name) => Find(name, out _);

    /// <param name="name">Without a prefix.</param>
    /// <param name="variable">With the one that was found.</param>
    private string? Find(string name, out string variable)
    {
        string? legacy = environment.GetValueOrDefault(LegacyPrefix + name);
        variable = Prefix + name;
        if (!environment.TryGetValue(variable, out string? value))
        {
            variable = legacy is null ? variable : LegacyPrefix + name;
            return legacy;
        }

        if (legacy is not null && legacy != value)
        {
            LogMismatch(variable, value, LegacyPrefix + name, legacy);
        }

        return value;
    }

    private string ReadRequired(string name, string expected) => Find(name, out string variable) is { Length: > 0 } path
        ? path
        : throw new ProcessEnvironmentException($"{variable} is not set, and TLS needs it: expecting {expected}");

    private bool ReadBoolean(string name, bool otherwise = false) => Find(name, out string variable) switch
    {
        null => otherwise,
        "false" or "0" => false,
        "true" or "1" => true,
        { } text => throw Wrong(variable, text, "true or false"),
    };

    private bool ReadOldName(string old, string name)
    {
        bool isSet = ReadBoolean(old);
        if (isSet)
        {
            LogOldName(Prefix + old, Prefix + name);
        }

        return isSet;
    }

    private int ReadDepth()
    {
        if (Find("VERIFICATION_DEPTH", out string variable) is not { } text)
        {
            return 4;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int depth)
            ? depth
            : throw Wrong(variable, text, "a number of certificates, 0 or more");
    }

    private HostnameValidation ReadScheme() => Find("HOSTNAME_VALIDATION_SCHEME", out string variable) switch
    {
        null or "legacy" => HostnameValidation.Legacy,
        "openssl" => HostnameValidation.OpenSsl,
        { } text => throw Wrong(variable, text, "legacy or openssl"),
    };

    private SslProtocols ReadProtocols(bool enabled)
    {
        bool hasSsl3 = ReadBoolean("ENABLE_SSL_V3");
        SslProtocols protocols = SslProtocols.None;
#pragma warning disable SYSLIB0039, CA5397 // Operators of old clusters ask for them by name.
        protocols |= ReadBoolean("ENABLE_TLS_V1_0") ? SslProtocols.Tls : 0;
        protocols |= ReadBoolean("ENABLE_TLS_V1_1") ? SslProtocols.Tls11 : 0;
#pragma warning restore SYSLIB0039, CA5397
        protocols |= ReadBoolean("ENABLE_TLS_V1_2", otherwise: true) ? SslProtocols.Tls12 : 0;
        protocols |= ReadBoolean("ENABLE_TLS_V1_3") ? SslProtocols.Tls13 : 0;
        if (!enabled)
        {
            return protocols;
        }

        if (hasSsl3)
        {
            LogNoSsl3(Prefix + "ENABLE_SSL_V3");
        }

        return protocols != SslProtocols.None
            ? protocols
            : throw new ProcessEnvironmentException(
                $"{Prefix}ENABLE_TLS_V1_2=false leaves no version of TLS to speak: expecting one of {Prefix}ENABLE_TLS_V1_0, _1, _2 or _3 to be true");
    }

    private void RefuseCurves()
    {
        if (Find("ECDH_CURVES", out string variable) is { } curves and not "auto")
        {
            throw Wrong(variable, curves, "auto, because the curves are chosen by the system");
        }
    }

    private static ProcessEnvironmentException Wrong(string variable, string text, string expected) =>
        new($"{variable}={text} is not valid: expecting {expected}");

    [LoggerMessage(1063, LogLevel.Warning, "{Variable}={Value} counts, although {Legacy}={Other} says something else")]
    private partial void LogMismatch(string variable, string value, string legacy, string other);

    [LoggerMessage(1064, LogLevel.Warning, "{Old} is an old name: use {Name}")]
    private partial void LogOldName(string old, string name);

    [LoggerMessage(1065, LogLevel.Warning, "{Variable} has no effect: SSL 3 is not spoken any more")]
    private partial void LogNoSsl3(string variable);
}
