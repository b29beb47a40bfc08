using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace LibProcess.Net.Tls;

/// <summary>Turns connections into TLS ones, in both roles, a bounded number at a time. Any thread.</summary>
/// <remarks>Upstream: 3rdparty/libprocess/src/openssl.cpp and src/posix/libevent/libevent_ssl_socket.cpp.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "Nobody asks the semaphores for a handle, so they hold none")]
internal sealed class TlsHandshakes
{
    // Before TLS 1.2 signatures rest on MD5 and SHA-1, which the base library lets pass only together with other weak things.
#pragma warning disable SYSLIB0039, SYSLIB0040, CA5397
    private const SslProtocols OldVersions = SslProtocols.Tls | SslProtocols.Tls11;
    private const EncryptionPolicy ForOldVersions = EncryptionPolicy.AllowNoEncryption;
#pragma warning restore SYSLIB0039, SYSLIB0040, CA5397

    private readonly TlsOptions options;
    private readonly CredentialStore credentials;
    private readonly TlsEvents events;
    private readonly TimeProvider clock;
    private readonly CipherSuitesPolicy? ciphers;
    private readonly IReverseResolver names;
    private readonly EncryptionPolicy encryption;
    private readonly SemaphoreSlim accepting;
    private readonly SemaphoreSlim connecting;

    /// <exception cref="Processes.ProcessEnvironmentException">The options cannot be used.</exception>
    public TlsHandshakes(TlsOptions options, CredentialStore credentials, TlsEvents events, TimeProvider clock)
    {
        this.options = options;
        this.credentials = credentials;
        this.events = events;
        this.clock = clock;
        ciphers = CipherList.Policy(options, new TlsCipherEvents(events.Logger));
        names = options.Names ?? SystemReverseResolver.Instance;
        encryption = (options.Protocols & OldVersions) == 0 ? EncryptionPolicy.RequireEncryption : ForOldVersions;
        accepting = new SemaphoreSlim(options.MaxHandshakes);
        connecting = new SemaphoreSlim(options.MaxHandshakes);
    }

    /// <summary>Plays the server on a connection, which is closed where that fails.</summary>
    /// <exception cref="TlsHandshakeException">It failed.</exception>
    public async Task<IConnection> AcceptAsync(IConnection connection)
    {
        var check = new PeerCheck(options, connection.RemoteEndPoint.Address, host: null, isServer: true);
        TlsCredentials own = credentials.Current();
        var settings = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = own.Own,
            ClientCertificateRequired = check.IsRequired,
            CertificateChainPolicy = check.IsRequired ? ChainPolicy(own) : null,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = check.Validate,
            EnabledSslProtocols = options.Protocols,
            CipherSuitesPolicy = ciphers,
            EncryptionPolicy = encryption,
            AllowTlsResume = false,
            AllowRenegotiation = false,
        };
        return await OpenAsync(connection, check, accepting, (tls, ended) => tls.AuthenticateAsServerAsync(settings, ended)).ConfigureAwait(false);
    }

    /// <summary>Plays the client on a connection, which is closed where that fails.</summary>
    /// <param name="connection">Just opened.</param>
    /// <param name="host">The name under which the peer is known, or null.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TlsHandshakeException">It failed.</exception>
    public async Task<IConnection> ConnectAsync(IConnection connection, string? host, CancellationToken cancellation)
    {
        IPAddress address = connection.RemoteEndPoint.Address;
        var check = new PeerCheck(options, address, host, isServer: false);
        TlsCredentials own = credentials.Current();
        var settings = new SslClientAuthenticationOptions
        {
            TargetHost = host ?? address.ToString(),
            ClientCertificateContext = own.Own,
            CertificateChainPolicy = ChainPolicy(own),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = check.Validate,
            EnabledSslProtocols = options.Protocols,
            CipherSuitesPolicy = ciphers,
            EncryptionPolicy = encryption,
            AllowTlsResume = false,
            AllowRenegotiation = false,
        };
        using CancellationTokenRegistration abort = cancellation.UnsafeRegister(static state => ((IConnection)state!).Abort(), connection);
        return await OpenAsync(connection, check, connecting, (tls, ended) => tls.AuthenticateAsClientAsync(settings, ended)).ConfigureAwait(false);
    }

    private async Task<IConnection> OpenAsync(
        IConnection connection, PeerCheck check, SemaphoreSlim permits, Func<SslStream, CancellationToken, Task> authenticate)
    {
        await permits.WaitAsync().ConfigureAwait(false);
        var tls = new SslStream(new ConnectionStream(connection), leaveInnerStreamOpen: true);
        using var timeout = new CancellationTokenSource(options.HandshakeTimeout, clock);
        try
        {
            // A read that waits does not hear of the token: it ends with the connection.
            using CancellationTokenRegistration abort = timeout.Token.UnsafeRegister(static state => ((IConnection)state!).Abort(), connection);
            await authenticate(tls, timeout.Token).ConfigureAwait(false);
            if (await check.NameAsync(tls, names, timeout.Token).ConfigureAwait(false) is { } problem)
            {
                throw new AuthenticationException(problem);
            }

            events.Handshakes.Increment();
            return new TlsConnection(connection, tls);
        }
        catch (Exception exception)
        {
            bool timedOut = timeout.IsCancellationRequested;
            string reason = timedOut ? $"it took longer than {options.HandshakeTimeout.TotalSeconds} seconds" : check.Problem ?? Describe(exception);
            connection.Abort();
            await tls.DisposeAsync().ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
            throw new TlsHandshakeException(reason, timedOut, exception);
        }
        finally
        {
            permits.Release();
        }
    }

    private X509ChainPolicy ChainPolicy(TlsCredentials own)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTimeIgnored = false,
            VerificationTime = clock.GetUtcNow().LocalDateTime,
        };
        if (own.Trusted is { } trusted)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(trusted);
        }

        return policy;
    }

    private static string Describe(Exception exception)
    {
        // The innermost is what OpenSSL says; the outer ones refer to it.
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception.Message;
    }
}
