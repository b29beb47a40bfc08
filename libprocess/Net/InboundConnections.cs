using LibProcess.Metrics;
using LibProcess.Processes;

namespace LibProcess.Net;

/// <summary>The connections that other nodes and HTTP clients opened to this node.</summary>
internal sealed class InboundConnections(IInbound inbound, ProcessManagerOptions options, MetricsRegistry metrics) : IAsyncDisposable
{
    public void Accept(IConnection connection) => _ = (inbound, options, metrics, connection);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
