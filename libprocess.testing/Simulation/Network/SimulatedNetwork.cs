using System.Net;
using LibProcess.Addressing;
using LibProcess.Net;

namespace LibProcess.Testing.Simulation.Network;

/// <summary>
/// The network of a simulated cluster: streams of bytes with delay, in pieces, that break when asked to or by the plan of
/// faults.
/// </summary>
/// <remarks>
/// While two nodes are cut off from each other, bytes wait as they do while TCP sends them again; after the cut is healed they
/// arrive, unless the sender has given up meanwhile.
/// </remarks>
public sealed class SimulatedNetwork
{
    private const int FirstClientPort = 32768;
    private const int LastPort = 60999;

    private readonly SimulatedCluster cluster;
    private readonly Engine engine;
    private readonly Dictionary<NetworkAddress, SimulatedListener> listeners = [];
    private readonly List<Connection> connections = [];
    private readonly HashSet<(SimulatedNode From, SimulatedNode To)> cuts = [];
    private readonly List<ConnectAttempt> waiting = [];
    private int nextPort = FirstClientPort;

    internal SimulatedNetwork(SimulatedCluster cluster, Engine engine)
    {
        this.cluster = cluster;
        this.engine = engine;
        Conditions = engine.Options.Network;
        Chance = SeededChance.For(engine.Options.Seed, "network");
    }

    /// <summary>How it behaves; connections made from now on see a change of the window, all see the rest.</summary>
    public NetworkConditions Conditions { get; set; }

    /// <summary>How many connections are open at both ends.</summary>
    public int Connections => connections.Count;

    internal SeededChance Chance { get; }

    internal ThreadGuard Guard => engine.Guard;

    internal long Now => engine.Now;

    internal long Step => engine.Step;

    internal IReadOnlyList<Connection> Open => connections;

    /// <summary>Nothing gets from either node to the other.</summary>
    public void Cut(SimulatedNode a, SimulatedNode b)
    {
        CutOneWay(a, b);
        CutOneWay(b, a);
    }

    /// <summary>Nothing gets from one node to the other; the way back is open.</summary>
    public void CutOneWay(SimulatedNode from, SimulatedNode to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        Note(from.Name, "cut", to.Name);
        cuts.Add((from, to));
    }

    /// <summary>Cuts the nodes off from all others, not from each other.</summary>
    public void Isolate(params IReadOnlyCollection<SimulatedNode> group)
    {
        foreach (SimulatedNode inside in group)
        {
            foreach (SimulatedNode outside in cluster.Nodes.Where(node => !group.Contains(node)))
            {
                Cut(inside, outside);
            }
        }
    }

    /// <summary>Ends a cut in both directions.</summary>
    public void Heal(SimulatedNode a, SimulatedNode b)
    {
        if (cuts.Remove((a, b)) | cuts.Remove((b, a)))
        {
            Note(a.Name, "healed", b.Name);
            Retry();
        }
    }

    /// <summary>Ends all cuts.</summary>
    public void HealAll()
    {
        cuts.Clear();
        Note("network", "healed", "all");
        Retry();
    }

    /// <summary>Loses all connections between two nodes; each end learns of it in its own time, and bytes under way arrive in part.</summary>
    /// <returns>How many there were.</returns>
    public int Break(SimulatedNode a, SimulatedNode b)
    {
        Connection[] broken = [.. connections.Where(connection => connection.Joins(a, b))];
        foreach (Connection connection in broken)
        {
            Break(connection);
        }

        return broken.Length;
    }

    /// <summary>
    /// Leaves the connections between two nodes half open: the first node's end is gone, and the other finds out only when it
    /// next sends.
    /// </summary>
    /// <returns>How many there were.</returns>
    public int HalfOpen(SimulatedNode gone, SimulatedNode unaware)
    {
        Connection[] halves = [.. connections.Where(connection => connection.Joins(gone, unaware))];
        foreach (Connection connection in halves)
        {
            ConnectionEnd end = connection.Client.Life.Node == gone ? connection.Client : connection.Server;
            Note(gone.Name, "half-open", unaware.Name);
            end.LearnLater();
            end.LifeEnded(tellPeer: false);
        }

        return halves.Length;
    }

    internal void Break(Connection connection)
    {
        Note(connection.Client.Life.Node.Name, "break", connection.Server.Life.Node.Name);
        connection.Break();
        connections.Remove(connection);
    }

    internal IListener Listen(NodeLife life, NetworkAddress address, Action<IConnection> onAccepted)
    {
        Guard.Check("a node listened");
        if (address.Port == 0)
        {
            address = address with { Port = NextPort() };
        }

        var listener = new SimulatedListener(this, life, address, onAccepted);
        if (!listeners.TryAdd(address, listener))
        {
            throw new IOException($"the address {address} is in use");
        }

        return listener;
    }

    internal void StopListening(NetworkAddress address, SimulatedListener listener)
    {
        if (listeners.GetValueOrDefault(address) == listener)
        {
            listeners.Remove(address);
        }
    }

    internal Task<IConnection> ConnectAsync(NodeLife life, NetworkAddress to, CancellationToken cancellation)
    {
        Guard.Check("a connection was opened");
        var attempt = new ConnectAttempt(life, to);
        Note(life.Node.Name, "connect", cluster.TryFind(to)?.Name ?? "nobody");
        attempt.Timeout = At(Now + Conditions.ConnectTimeout.Ticks, () => attempt.Fail("timed out"), EntryKind.Plan);
        Later(life, Latency(), () => Arrive(attempt));
        if (cancellation.CanBeCanceled)
        {
            cancellation.UnsafeRegister(
                (_, token) =>
                {
                    Guard.Check("a connect was cancelled");
                    AtOnce(life, () => attempt.Cancel(token));
                },
                null);
        }

        return attempt.Task;
    }

    internal void LifeEnded(NodeLife life, bool withHost)
    {
        foreach ((NetworkAddress address, SimulatedListener listener) in listeners.ToArray())
        {
            if (listener.Life == life)
            {
                listeners.Remove(address);
            }
        }

        foreach (Connection connection in connections.ToArray())
        {
            foreach (ConnectionEnd end in (ConnectionEnd[])[connection.Client, connection.Server])
            {
                if (end.Life == life)
                {
                    end.LifeEnded(tellPeer: !withHost);
                }
            }
        }
    }

    /// <summary>A node runs again: what waited for its host goes on.</summary>
    internal void HostIsBack() => Retry();

    internal void Forget(Connection connection)
    {
        if (connection.IsOver)
        {
            connections.Remove(connection);
        }
    }

    internal bool IsCut(NodeLife from, NodeLife to) => cuts.Contains((from.Node, to.Node)) || !to.Node.IsHostUp;

    internal TimeSpan Latency() => Chance.Between(
        Conditions.MinLatency, Chance.Happens(Conditions.Slow) ? Conditions.SlowLatency : Conditions.MaxLatency);

    internal TimeSpan NoticeDelay() => Conditions.MaxNotice * Math.Pow(Chance.NextDouble(), 3);

    internal int PieceSize(int available) => available > 1 && Chance.Happens(Conditions.Split) ? 1 + Chance.Next(available) : available;

    internal void AtOnce(NodeLife life, Action action) => engine.Agenda.Add(Now, EntryKind.Network, life, action);

    internal void Later(NodeLife life, TimeSpan delay, Action action) =>
        engine.Agenda.Add(Now + delay.Ticks, EntryKind.Network, life, action);

    internal Agenda.Entry At(long due, Action action, EntryKind kind = EntryKind.Network) => engine.Agenda.Add(due, kind, null, action);

    internal void Note(string node, string kind, string detail, ulong number = 0) => engine.Note(node, kind, detail, number: number);

    internal void NoteBytes(ReadOnlySpan<byte> bytes) => engine.NoteBytes(bytes);

    private void Arrive(ConnectAttempt attempt)
    {
        if (attempt.IsOver)
        {
            return;
        }

        SimulatedNode? target = cluster.TryFind(attempt.To);
        if (target is null || !target.IsHostUp || cuts.Contains((attempt.From.Node, target)) || cuts.Contains((target, attempt.From.Node)))
        {
            waiting.Add(attempt);
            return;
        }

        if (target.RefusesConnections || Chance.Happens(Conditions.Refused) || !listeners.TryGetValue(attempt.To, out SimulatedListener? listener))
        {
            Note(attempt.From.Node.Name, "refused", target.Name);
            Later(attempt.From, Latency(), () => attempt.Fail("refused"));
            return;
        }

        if (listener.Life.IsPaused)
        {
            At(listener.Life.PausedUntil, () => Arrive(attempt));
            return;
        }

        Accept(attempt, listener);
    }

    private void Accept(ConnectAttempt attempt, SimulatedListener listener)
    {
        var clientPoint = new IPEndPoint(attempt.From.Node.Address.ToIPAddress(), NextPort());
        var connection = new Connection(this, attempt.From, listener.Life, clientPoint, listener.EndPoint);
        connections.Add(connection);
        Note(listener.Life.Node.Name, "accept", attempt.From.Node.Name);
        listener.Accept(connection.Server);
        Later(attempt.From, Latency(), () =>
        {
            if (attempt.IsOver)
            {
                connection.Client.Abort();
                return;
            }

            attempt.Succeed(connection.Client);
        });
    }

    private void Retry()
    {
        ConnectAttempt[] again = [.. waiting];
        waiting.Clear();
        foreach (ConnectAttempt attempt in again)
        {
            Later(attempt.From, Latency(), () => Arrive(attempt));
        }

        foreach (Connection connection in connections.ToArray())
        {
            connection.Client.Outgoing.RetryIfHeld();
            connection.Server.Outgoing.RetryIfHeld();
        }
    }

    private ushort NextPort()
    {
        nextPort = nextPort == LastPort ? FirstClientPort : nextPort + 1;
        return (ushort)nextPort;
    }
}
