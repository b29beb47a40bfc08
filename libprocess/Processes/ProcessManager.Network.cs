using System.Net;
using LibProcess.Addressing;
using LibProcess.Http;
using LibProcess.Http.Authentication;
using LibProcess.Http.Client;
using LibProcess.Http.Firewall;
using LibProcess.Metrics;
using LibProcess.Net;
using Microsoft.Extensions.Logging;

namespace LibProcess.Processes;

// The address of the node, and what hangs on it.
public sealed partial class ProcessManager
{
    private IListener listener = null!;
    private OutboundConnections outbound = null!;
    private Router router = null!;
    private InboundConnections inbound = null!;
    private Counter faults = null!;

    /// <summary>The authenticators of the realms of this node. Any thread.</summary>
    public HttpAuthenticators Authenticators { get; } = new();

    /// <summary>Who is asked whether requests may reach the endpoints of this node. Any thread.</summary>
    public HttpAuthorizations Authorizations { get; } = new();

    /// <summary>Rules that every request must pass before any process sees it; replaced as a whole. Any thread.</summary>
    public IReadOnlyList<IFirewallRule> Firewall
    {
        get => router.Firewall;
        set => router.Firewall = value;
    }

    /// <summary>Requests that were answered with 401 or 403 before their handler saw them.</summary>
    internal Counter RequestsDenied { get; private set; } = null!;

    internal void AdmissionFailed(string process, string path, Exception exception) => LogAdmissionFailed(path, process, exception);

    [LoggerMessage(1002, LogLevel.Warning, "Cannot tell whether a request for {Path} of '{Process}' is allowed")]
    private partial void LogAdmissionFailed(string path, string process, Exception exception);

    /// <summary>Sends HTTP requests, over the transport and under the limits of this node.</summary>
    public NodeHttpClient Http { get; private set; } = null!;

    private void Listen()
    {
        faults = Metrics.AddCounter("libprocess/invariant_violations");
        ITransport plain = options.Transport ?? new Net.Sockets.SocketTransport(LoggerFactory, Clock);
        ITransport transport = plain;
        if (options.Tls is { } tls)
        {
            transport = new Net.Tls.TlsTransport(transport, tls, options.Limits, Metrics, LoggerFactory, Clock);
        }

        RequestsDenied = Metrics.AddCounter("libprocess/http_requests_denied");
        router = new Router(this, options.Delegate) { Firewall = options.Firewall };
        inbound = new InboundConnections(this, options, Metrics);
        outbound = new OutboundConnections(transport, this, options, Metrics);
        Http = new NodeHttpClient(plain, (transport as Net.Tls.TlsTransport)?.WithoutDowngrade, Hosts, options.Limits, Scheduler);
        listener = transport.Listen(new IPEndPoint(options.Ip, options.Port), inbound.Accept);
        NetworkAddress bound = NetworkAddress.From(listener.EndPoint);
        IPAddress advertised = options.AdvertiseIp ?? HostAddress.Advertised(listener.EndPoint.Address);
        Address = NetworkAddress.From(advertised, options.AdvertisePort ?? bound.Port);
    }

    private async Task StopListeningAsync() => await listener.DisposeAsync();

    private async Task StopSendingAsync()
    {
        await Http.StopAsync();

        // Both wait for their peers, side by side, so that the time is not spent twice.
        ValueTask sending = outbound.DisposeAsync();
        await inbound.DisposeAsync();
        await sending;
    }
}
