using System.Net;
using LibProcess.Metrics;
using Microsoft.Extensions.Logging;

namespace LibProcess.Net.Tls;

/// <summary>TLS over another transport. Where that is allowed, peers without TLS are spoken to in clear.</summary>
internal sealed class TlsTransport : ITransport
{
    private readonly ITransport inner;
    private readonly TlsOptions options;
    private readonly WireLimits limits;
    private readonly TlsEvents events;
    private readonly TimeProvider clock;
    private readonly TlsHandshakes handshakes;

    /// <exception cref="Processes.ProcessEnvironmentException">The options cannot be used.</exception>
    public TlsTransport(ITransport inner, TlsOptions options, WireLimits limits, MetricsRegistry metrics, ILoggerFactory loggers, TimeProvider clock)
    {
        this.inner = inner;
        this.options = options;
        this.limits = limits;
        this.clock = clock;
        events = new TlsEvents(metrics, loggers);
        events.Starts(options);
        var credentials = new CredentialStore(options, events, clock);
        TlsEvents.AddExpiry(metrics, credentials, clock);
        handshakes = new TlsHandshakes(options, credentials, events, clock);
    }

    /// <summary>Opens TLS connections, and nothing else: for whoever asks for TLS by name, as <c>https</c> does.</summary>
    public ITransport WithoutDowngrade => new Strict(this);

    public IListener Listen(IPEndPoint endPoint, Action<IConnection> onAccepted)
    {
        var accepting = new TlsAccepting(handshakes, options, limits, events, clock, onAccepted);
        return new TlsListener(inner.Listen(endPoint, accepting.Accept), accepting);
    }

    public ValueTask<IConnection> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellation) =>
        ConnectAsync(endPoint, host: null, cancellation);

    public ValueTask<IConnection> ConnectAsync(IPEndPoint endPoint, string? host, CancellationToken cancellation) =>
        ConnectAsync(endPoint, host, options.SupportDowngrade, cancellation);

    private async ValueTask<IConnection> ConnectAsync(IPEndPoint endPoint, string? host, bool mayDowngrade, CancellationToken cancellation)
    {
        // An address in the place of a name is no name.
        host = IPAddress.TryParse(host, out _) ? null : host;
        IConnection opened = await inner.ConnectAsync(endPoint, host, cancellation).ConfigureAwait(false);
        try
        {
            return await handshakes.ConnectAsync(opened, host, cancellation).ConfigureAwait(false);
        }
        catch (TlsHandshakeException exception)
        {
            cancellation.ThrowIfCancellationRequested();
            events.ConnectFailed(exception.TimedOut);
            if (!mayDowngrade)
            {
                throw new IOException($"The TLS handshake with {endPoint} failed: {exception.Message}", exception);
            }

            events.ConnectDowngraded(endPoint, exception.Message);
        }

        return await inner.ConnectAsync(endPoint, host, cancellation).ConfigureAwait(false);
    }

    private sealed class Strict(TlsTransport transport) : ITransport
    {
        public IListener Listen(IPEndPoint endPoint, Action<IConnection> onAccepted) => transport.Listen(endPoint, onAccepted);

        public ValueTask<IConnection> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellation) =>
            ConnectAsync(endPoint, host: null, cancellation);

        public ValueTask<IConnection> ConnectAsync(IPEndPoint endPoint, string? host, CancellationToken cancellation) =>
            transport.ConnectAsync(endPoint, host, mayDowngrade: false, cancellation);
    }

    private sealed class TlsListener(IListener inner, TlsAccepting accepting) : IListener
    {
        public IPEndPoint EndPoint => inner.EndPoint;

        public async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync().ConfigureAwait(false);
            await accepting.DisposeAsync().ConfigureAwait(false);
        }
    }
}
