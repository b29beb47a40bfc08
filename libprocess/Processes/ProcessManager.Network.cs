using System.Net;
using LibProcess.Addressing;
using LibProcess.Http;
using LibProcess.Metrics;
using LibProcess.Net;

namespace LibProcess.Processes;

// The address of the node, and what hangs on it.
public sealed partial class ProcessManager
{
    private IListener listener = null!;
    private OutboundConnections outbound = null!;
    private Router router = null!;
    private InboundConnections inbound = null!;
    private Counter faults = null!;

    private void Listen()
    {
        faults = Metrics.AddCounter("libprocess/invariant_violations");
        ITransport transport = options.Transport ?? new Net.Sockets.SocketTransport(LoggerFactory, Clock);
        if (options.Tls is { } tls)
        {
            transport = new Net.Tls.TlsTransport(transport, tls, options.Limits, Metrics, LoggerFactory, Clock);
        }

        router = new Router(this, options.Delegate);
        inbound = new InboundConnections(this, options, Metrics);
        outbound = new OutboundConnections(transport, this, options, Metrics);
        listener = transport.Listen(new IPEndPoint(options.Ip, options.Port), inbound.Accept);
        NetworkAddress bound = NetworkAddress.From(listener.EndPoint);
        IPAddress advertised = options.AdvertiseIp ?? HostAddress.Advertised(listener.EndPoint.Address);
        Address = NetworkAddress.From(advertised, options.AdvertisePort ?? bound.Port);
    }

    private async Task StopListeningAsync() => await listener.DisposeAsync();

    private async Task StopSendingAsync()
    {
        await outbound.DisposeAsync();
        await inbound.DisposeAsync();
    }
}
