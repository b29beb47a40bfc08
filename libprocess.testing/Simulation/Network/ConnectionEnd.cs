using System.IO.Pipelines;
using System.Net;
using LibProcess.Net;

namespace LibProcess.Testing.Simulation.Network;

/// <summary>One end of a connection, as the node there holds it.</summary>
internal sealed class ConnectionEnd(
    SimulatedNetwork network, Connection connection, NodeLife life, IPEndPoint remote, Flow outgoing, Flow incoming) : IConnection
{
    private bool learnsAlready;

    public IPEndPoint RemoteEndPoint => remote;

    public PipeReader Input => incoming.Reader;

    public PipeWriter Output => outgoing.Writer;

    public NodeLife Life => life;

    public Flow Outgoing => outgoing;

    public Flow Incoming => incoming;

    public Connection Connection => connection;

    public string Peer => incoming.SenderName;

    /// <summary>Whether the node gave it up, or is down: what arrives is answered with a reset.</summary>
    public bool IsGone { get; private set; }

    /// <summary>What the peer was sent may still arrive, all of it or a part; then the peer learns that this was all.</summary>
    public void Abort()
    {
        network.Guard.Check("a connection was aborted");
        if (IsGone)
        {
            return;
        }

        IsGone = true;
        network.AtOnce(life, () =>
        {
            network.Note(life.Node.Name, "abort", Peer);
            LearnNow(reset: false);
        });
        outgoing.EndAbruptly();
        network.Forget(connection);
    }

    public async ValueTask DisposeAsync()
    {
        Abort();
        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>The node is down. Whether its peer is told by the host that remains is the caller's choice.</summary>
    public void LifeEnded(bool tellPeer)
    {
        if (IsGone)
        {
            return;
        }

        IsGone = true;
        if (tellPeer)
        {
            outgoing.EndAbruptly();
        }
        else
        {
            outgoing.StopSending();
        }

        network.Forget(connection);
    }

    /// <summary>The node learns soon that the connection is over.</summary>
    public void LearnLater()
    {
        if (IsGone || learnsAlready)
        {
            return;
        }

        learnsAlready = true;
        bool reset = network.Chance.Happens(network.Conditions.Resets);
        network.Later(life, network.NoticeDelay(), () => LearnRead(reset));
        network.Later(life, network.NoticeDelay(), LearnWrite);
    }

    private void LearnNow(bool reset)
    {
        LearnRead(reset);
        LearnWrite();
    }

    private void LearnRead(bool reset)
    {
        if (incoming.EndReading(reset ? new IOException("connection reset by peer") : null))
        {
            network.Note(life.Node.Name, reset ? "reset" : "lost", Peer);
        }
    }

    private void LearnWrite() => outgoing.EndWriting();
}
