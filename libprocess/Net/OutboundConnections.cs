using Google.Protobuf;
using LibProcess.Addressing;
using LibProcess.Metrics;
using LibProcess.Processes;

namespace LibProcess.Net;

/// <summary>The connections this node opened to others.</summary>
internal sealed class OutboundConnections(ITransport transport, IInbound inbound, ProcessManagerOptions options, MetricsRegistry metrics)
    : IOutbound
{
    public void Send(UPid from, UPid to, string name, IMessage? message, ReadOnlyMemory<byte> body) =>
        _ = (transport, inbound, options, metrics, from);

    public void Link(NetworkAddress address, LinkMode mode)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
