using System.Net;
using LibProcess.Metrics;
using Microsoft.Extensions.Logging;

namespace LibProcess.Net.Tls;

/// <summary>What happens in the TLS of a node, counted and logged.</summary>
internal sealed partial class TlsEvents(MetricsRegistry metrics, ILoggerFactory loggers)
{
    private readonly ILogger logger = loggers.CreateLogger("LibProcess.Net.Tls");

    /// <summary>For warnings while a configuration is read.</summary>
    public ILogger Logger => logger;

    public Counter Handshakes { get; } = metrics.AddCounter("libprocess/tls/handshakes");

    public Counter HandshakesFailed { get; } = metrics.AddCounter("libprocess/tls/handshakes_failed");

    public Counter HandshakesTimedOut { get; } = metrics.AddCounter("libprocess/tls/handshakes_timed_out");

    public PushGauge HandshakesPending { get; } = metrics.AddPushGauge("libprocess/tls/handshakes_pending");

    public Counter DowngradedAccepts { get; } = metrics.AddCounter("libprocess/tls/downgraded_accepts");

    public Counter DowngradedConnects { get; } = metrics.AddCounter("libprocess/tls/downgraded_connects");

    public Counter Reloads { get; } = metrics.AddCounter("libprocess/tls/certificate_reloads");

    public Counter ReloadsFailed { get; } = metrics.AddCounter("libprocess/tls/certificate_reloads_failed");

    /// <summary>Tells how long the certificates of the node are still good for.</summary>
    public static void AddExpiry(MetricsRegistry metrics, CredentialStore store, TimeProvider clock)
    {
        metrics.AddPullGauge("libprocess/tls/certificate_expires_secs", () => (store.Current().Expires - clock.GetUtcNow()).TotalSeconds);
    }

    public void AcceptFailed(EndPoint client, string reason, bool timedOut)
    {
        Failed(timedOut);
        LogAcceptFailed(client, reason);
    }

    public void ConnectFailed(bool timedOut) => Failed(timedOut);

    public void ConnectDowngraded(EndPoint peer, string reason)
    {
        DowngradedConnects.Increment();
        LogConnectDowngraded(peer, reason);
    }

    public void Reloaded(DateTimeOffset expires)
    {
        Reloads.Increment();
        LogReloaded(expires);
    }

    public void ReloadFailed(string reason)
    {
        ReloadsFailed.Increment();
        LogReloadFailed(reason);
    }

    public void TooMany(EndPoint client, int limit)
    {
        HandshakesFailed.Increment();
        LogTooMany(client, limit);
    }

    public void Starts(TlsOptions options)
    {
        if (options.SupportDowngrade)
        {
            LogDowngradeAllowed();
            if (options.VerifyServerCertificate || options.RequireClientCertificate)
            {
                LogVerificationCanBeBypassed();
            }
        }

        if (options.RequireClientCertificate && !options.VerifyServerCertificate)
        {
            LogImplied();
        }
    }

    private void Failed(bool timedOut)
    {
        HandshakesFailed.Increment();
        if (timedOut)
        {
            HandshakesTimedOut.Increment();
        }
    }

    [LoggerMessage(1040, LogLevel.Warning, "The TLS handshake with {Client} failed: {Reason}")]
    private partial void LogAcceptFailed(EndPoint client, string reason);

    [LoggerMessage(1041, LogLevel.Warning, "Speaking to {Peer} in clear, because TLS failed: {Reason}")]
    private partial void LogConnectDowngraded(EndPoint peer, string reason);

    [LoggerMessage(1042, LogLevel.Information, "Using the new TLS certificates; the first of them expires {Expires}")]
    private partial void LogReloaded(DateTimeOffset expires);

    [LoggerMessage(1043, LogLevel.Error, "Staying with the TLS certificates that were read before, the new ones cannot be used: {Reason}")]
    private partial void LogReloadFailed(string reason);

    [LoggerMessage(1044, LogLevel.Warning, "Refused the connection of {Client}: {Limit} have not finished their TLS handshake yet")]
    private partial void LogTooMany(EndPoint client, int limit);

    [LoggerMessage(1045, LogLevel.Warning, "Connections on which TLS fails will be made in clear")]
    private partial void LogDowngradeAllowed();

    [LoggerMessage(1046, LogLevel.Warning, "TLS certificates are verified, but peers can avoid that, because connections in clear are allowed")]
    private partial void LogVerificationCanBeBypassed();

    [LoggerMessage(1047, LogLevel.Information, "Servers must show a certificate that verifies, because clients must")]
    private partial void LogImplied();
}
