using LibProcess.Addressing;
using LibProcess.Processes;
using LibProcess.Testing.Simulation.Network;

namespace LibProcess.Testing.Simulation;

/// <summary>
/// A node of a simulated cluster: it can crash and start again under the same address. What it must still know then is kept in
/// <see cref="Durable{T}"/>; everything else is made anew by the code that builds its processes.
/// </summary>
public sealed class SimulatedNode
{
    private readonly Engine engine;
    private readonly SimulatedNetwork network;
    private readonly SimulatedCluster cluster;
    private readonly Func<ProcessManagerOptions, ProcessManagerOptions> configure;
    private readonly Action<SimulatedNode> build;
    private readonly Dictionary<(Type, string), object> durable = [];
    private ProcessManager? manager;
    private int lives;

    internal SimulatedNode(
        SimulatedCluster cluster,
        Engine engine,
        SimulatedNetwork network,
        string name,
        NetworkAddress address,
        Func<ProcessManagerOptions, ProcessManagerOptions>? configure,
        Action<SimulatedNode>? build)
    {
        this.cluster = cluster;
        this.engine = engine;
        this.network = network;
        this.configure = configure ?? (static options => options);
        this.build = build ?? (static _ => { });
        Name = name;
        Address = address;
    }

    /// <summary>The name in the cluster.</summary>
    public string Name { get; }

    /// <summary>Where it listens, such as 10.0.0.1:5050. Stays the same over crashes.</summary>
    public NetworkAddress Address { get; }

    /// <summary>Whether it runs.</summary>
    public bool IsUp => manager is not null;

    /// <summary>The node itself.</summary>
    /// <exception cref="InvalidOperationException">It is down.</exception>
    public ProcessManager Manager => manager ?? throw new InvalidOperationException($"The node '{Name}' is down");

    /// <summary>Expects, drops and delays events of this node. They stay over crashes.</summary>
    public EventFilters Filters { get; } = new();

    /// <summary>Exceptions that left a handler. The run fails at the first unless <see cref="ExpectFaults"/> is set.</summary>
    public RecordedFaults Faults { get; } = new();

    /// <summary>Set where faults are the point of the test.</summary>
    public bool ExpectFaults { get; set; }

    /// <summary>How wrong the date of this node is. Default: not at all.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>Whether connections to it are refused although it runs. Default: no.</summary>
    public bool RefusesConnections { get; set; }

    /// <summary>How fast it takes what it is sent, in bytes per second of virtual time; null, the default, for no limit.</summary>
    public int? ReceiveBytesPerSecond { get; set; }

    internal NodeLife? Life { get; private set; }

    /// <summary>Whether its host answers: a connection to a process that died is reset, one to a host that is off is not.</summary>
    internal bool IsHostUp { get; private set; }

    /// <summary>What survives a crash: made once, then the same for all lives of the node.</summary>
    /// <param name="name">Tells objects of the same type apart.</param>
    public T Durable<T>(string name = "")
        where T : class, new()
    {
        if (!durable.TryGetValue((typeof(T), name), out object? state))
        {
            durable[(typeof(T), name)] = state = new T();
        }

        return (T)state;
    }

    /// <summary>Starts a process on the node.</summary>
    public T Spawn<T>(T process)
        where T : ProcessBase
    {
        using (engine.Enter())
        {
            Manager.Spawn(process);
        }

        return process;
    }

    /// <summary>
    /// Ends the node at once: no process is told, no more of its code runs, its connections break. What it has sent may arrive
    /// in part.
    /// </summary>
    /// <param name="withHost">
    /// Whether the host is gone too: then nobody resets its connections, and peers find out only by what they send after the
    /// restart.
    /// </param>
    public void Crash(bool withHost = false)
    {
        using (engine.Enter())
        {
            CrashNow(withHost);
        }
    }

    /// <summary>Starts the node again after a crash.</summary>
    public void Restart()
    {
        using (engine.Enter())
        {
            Start();
        }
    }

    /// <summary>Nothing of the node runs for a while, as if its machine were busy elsewhere. The network goes on.</summary>
    public void Pause(TimeSpan time)
    {
        engine.Note(Name, "pause", string.Empty, number: (ulong)time.Ticks);
        Life?.Pause(time);
    }

    private sealed class FailingFaults(SimulatedNode node, Engine engine) : Diagnostics.IFaultObserver
    {
        public void OnFault(Diagnostics.ProcessFault fault)
        {
            node.Faults.OnFault(fault);
            if (!node.ExpectFaults)
            {
                engine.FailAfterStep(
                    $"process {fault.ProcessId} on node {node.Name} let an exception escape from {fault.Kind} {fault.Event}", fault.Exception);
            }
        }
    }

    internal void CrashNow(bool withHost)
    {
        if (Life is not { } life)
        {
            return;
        }

        engine.Note(Name, withHost ? "power-off" : "crash", string.Empty);
        life.End();
        Life = null;
        manager = null;
        IsHostUp = !withHost;
        engine.Forget(life);
        network.LifeEnded(life, withHost);
    }

    internal void Start()
    {
        if (Life is not null)
        {
            throw new InvalidOperationException($"The node '{Name}' runs already");
        }

        engine.Note(Name, "start", string.Empty, number: (ulong)++lives);
        var life = new NodeLife(this, engine);
        Life = life;
        IsHostUp = true;
        var options = new ProcessManagerOptions
        {
            Ip = Address.ToIPAddress(),
            Port = Address.Port,
            Clock = new SimulatedClock(engine, life),
            Random = new SeededChance(SeededChance.For(engine.Options.Seed, $"{Name}#{lives}").NextBits(), engine.Guard),
            Scheduler = life,
            Transport = new SimulatedTransport(network, life),
            Hosts = new SimulatedHosts(cluster),
            Faults = new FailingFaults(this, engine),
            LoggerFactory = new TraceLogs(engine, Name),
        };
        options = configure(options);
        manager = ProcessManager.Start(options with { Filter = new NodeFilter(engine, this, cluster.Filters, options.Filter) });
        network.HostIsBack();
        build(this);
    }
}
