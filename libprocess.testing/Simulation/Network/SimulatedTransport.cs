using System.Net;
using LibProcess.Addressing;
using LibProcess.Net;

namespace LibProcess.Testing.Simulation.Network;

/// <summary>The network as one life of a node sees it.</summary>
internal sealed class SimulatedTransport(SimulatedNetwork network, NodeLife life) : ITransport
{
    public IListener Listen(IPEndPoint endPoint, Action<IConnection> onAccepted) =>
        network.Listen(life, NetworkAddress.From(endPoint), onAccepted);

    public ValueTask<IConnection> ConnectAsync(IPEndPoint endPoint, CancellationToken cancellation) =>
        new(network.ConnectAsync(life, NetworkAddress.From(endPoint), cancellation));
}

/// <summary>An address at which a node accepts.</summary>
internal sealed class SimulatedListener(SimulatedNetwork network, NodeLife life, NetworkAddress address, Action<IConnection> onAccepted)
    : IListener
{
    public IPEndPoint EndPoint => address.ToEndPoint();

    public NodeLife Life => life;

    public void Accept(IConnection connection) => onAccepted(connection);

    public ValueTask DisposeAsync()
    {
        network.StopListening(address, this);
        return ValueTask.CompletedTask;
    }
}
