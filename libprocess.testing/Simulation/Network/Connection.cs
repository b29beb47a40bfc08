namespace LibProcess.Testing.Simulation.Network;

/// <summary>The two ends of a connection and what flows between them.</summary>
internal sealed class Connection
{
    public Connection(SimulatedNetwork network, NodeLife client, NodeLife server, System.Net.IPEndPoint clientPoint, System.Net.IPEndPoint serverPoint)
    {
        var up = new Flow(network, client, server);
        var down = new Flow(network, server, client);
        Client = new ConnectionEnd(network, this, client, serverPoint, up, down);
        Server = new ConnectionEnd(network, this, server, clientPoint, down, up);
        up.Join(Client, Server);
        down.Join(Server, Client);
    }

    public ConnectionEnd Client { get; }

    public ConnectionEnd Server { get; }

    /// <summary>Both ends know that it is over.</summary>
    public bool IsOver => Client.IsGone && Server.IsGone;

    public bool Joins(SimulatedNode a, SimulatedNode b) =>
        (Client.Life.Node == a && Server.Life.Node == b) || (Client.Life.Node == b && Server.Life.Node == a);

    /// <summary>
    /// The network loses it: what is under way arrives up to a point, and each end learns of the end at a time of its own,
    /// reading and writing apart.
    /// </summary>
    public void Break()
    {
        foreach (ConnectionEnd end in (ConnectionEnd[])[Client, Server])
        {
            end.Outgoing.Cut();
        }

        Client.LearnLater();
        Server.LearnLater();
    }
}
